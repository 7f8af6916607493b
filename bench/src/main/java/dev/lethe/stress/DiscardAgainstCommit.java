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
import org.openjdk.jcstress.infra.results.II_Result;

/** A test of discarding an epoch while another thread commits it. Everything is recorded before. */
@JCStressTest
@Description("A thread discards the epoch while another commits it.")
@Outcome(id = "128, 0", expect = Expect.ACCEPTABLE,
        desc = "The commit came first: the epoch has every presentation, bits and sums, and there was nothing to "
                + "discard.")
@Outcome(id = "0, 128", expect = Expect.ACCEPTABLE,
        desc = "The epoch was discarded first, bits and sums: one without presentations was committed.")
@State
public class DiscardAgainstCommit {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Records all examples. */
    public DiscardAgainstCommit() {
        Recorder.FIRST.recordAll(tracker, SmallTracker.EXAMPLES);
    }

    /** Commits the epoch. */
    @Actor
    public void commit() {
        SmallTracker.commit(tracker);
    }

    /** Discards the epoch. */
    @Actor
    public void discard() {
        SmallTracker.discard(tracker);
    }

    /** Reports the number of examples that were presented whole, and of those that were not presented at all. */
    @Arbiter
    public void arbiter(II_Result result) {
        try (History history = SmallTracker.history(tracker)) {
            result.r1 = Recorder.countPresented(history, 0, SmallTracker.EXAMPLES, Recorder.FIRST);
            result.r2 = Recorder.countPresented(history, 0, SmallTracker.EXAMPLES, new Recorder[]{null});
        }
        SmallTracker.close(tracker);
    }
}
