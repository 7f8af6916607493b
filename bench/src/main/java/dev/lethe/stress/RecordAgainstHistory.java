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

/** A test of recording while a history is opened. One epoch is committed before. */
@JCStressTest
@Description("A thread records the second epoch while another opens the history.")
@Outcome(id = "1, 128", expect = Expect.ACCEPTABLE, desc = "The history has the one committed epoch, and of every "
        + "example its bits and sums alone: nothing of the open epoch shows before its commit.")
@State
public class RecordAgainstHistory {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Commits an epoch of the first recorder. */
    public RecordAgainstHistory() {
        Recorder.FIRST.recordAll(tracker, SmallTracker.EXAMPLES);
        SmallTracker.commit(tracker);
    }

    /** Records the next epoch. */
    @Actor
    public void record() {
        Recorder.SECOND.recordAll(tracker, SmallTracker.EXAMPLES);
    }

    /** Reports the number of epochs, and of examples that are as they were committed. */
    @Actor
    public void history(II_Result result) {
        try (History history = SmallTracker.history(tracker)) {
            result.r1 = history.epochs();
            result.r2 = Recorder.countPresented(history, 0, SmallTracker.EXAMPLES, Recorder.FIRST);
        }
    }

    /** Closes the tracker. */
    @Arbiter
    public void arbiter(II_Result result) {
        SmallTracker.close(tracker);
    }
}
