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

/** A test of single presentations that overlap a commit. The next epoch is committed when both are done. */
@JCStressTest
@Description("A thread records every example one by one while another commits the epoch.")
@Outcome(id = "SEALED", expect = Expect.ACCEPTABLE, desc = "Everything was recorded before the epoch was sealed.")
@Outcome(id = "NEXT", expect = Expect.ACCEPTABLE, desc = "The epoch was sealed empty: all is in the next one.")
@Outcome(id = "CUT", expect = Expect.ACCEPTABLE, desc = "Some presentations are in the sealed epoch and the others in "
        + "the next, each whole and once: what was recorded after its byte was sealed was not cleared with it.")
@State
public class RecordAgainstCommit {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Records the examples one by one. */
    @Actor
    public void record() {
        Recorder.FIRST.recordAll(tracker, SmallTracker.EXAMPLES);
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
