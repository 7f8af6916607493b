package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A test of a batch that overlaps a commit. The next epoch is committed when both are done. */
@JCStressTest
@Description("A thread records every example as one batch while another commits the epoch.")
@Outcome(id = "SEALED", expect = Expect.ACCEPTABLE, desc = "The batch was recorded before the epoch was sealed.")
@Outcome(id = "NEXT", expect = Expect.ACCEPTABLE, desc = "The epoch was sealed empty: the batch is in the next one.")
@Outcome(id = "CUT", expect = Expect.ACCEPTABLE, desc = "Some rows are in the sealed epoch and the others in the next, "
        + "each whole and once: a batch is as many presentations as it has rows, not one.")
@State
public class BatchAgainstCommit {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Records the examples as a batch. */
    @Actor
    public void record() {
        Recorder.FIRST.recordBatch(tracker, 0, SmallTracker.EXAMPLES);
    }

    /** Commits the epoch. */
    @Actor
    public void commit() {
        SmallTracker.commit(tracker);
    }

    /** Reports the epochs that have the presentations. */
    @Arbiter
    public void arbiter(L_Result result) {
        SmallTracker.commit(tracker);
        try (History history = SmallTracker.history(tracker)) {
            result.r1 = Epochs.of(history, Recorder.FIRST);
        }
        SmallTracker.close(tracker);
    }
}
