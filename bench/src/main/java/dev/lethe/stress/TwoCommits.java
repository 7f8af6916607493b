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
import org.openjdk.jcstress.infra.results.IIL_Result;

/** A test of two commits at the same time. Everything is recorded before. */
@JCStressTest
@Description("Two threads commit an epoch.")
@Outcome(id = "1, 2, SEALED", expect = Expect.ACCEPTABLE,
        desc = "The first came first: it committed what was recorded, "
                + "and the second an epoch without presentations.")
@Outcome(id = "2, 1, SEALED", expect = Expect.ACCEPTABLE,
        desc = "The second came first: it committed what was recorded, "
                + "and the first an epoch without presentations.")
@State
public class TwoCommits {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Records all examples. */
    public TwoCommits() {
        Recorder.FIRST.recordAll(tracker, SmallTracker.EXAMPLES);
    }

    /** Reports the number of epochs after the first's commit. */
    @Actor
    public void first(IIL_Result result) {
        result.r1 = SmallTracker.commit(tracker);
    }

    /** Reports the number of epochs after the second's commit. */
    @Actor
    public void second(IIL_Result result) {
        result.r2 = SmallTracker.commit(tracker);
    }

    /** Reports the epochs that have the presentations. */
    @Arbiter
    public void arbiter(IIL_Result result) {
        try (History history = SmallTracker.history(tracker)) {
            result.r3 = Epochs.of(history, Recorder.FIRST);
        }
        SmallTracker.close(tracker);
    }
}
