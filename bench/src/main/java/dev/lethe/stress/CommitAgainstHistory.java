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
import org.openjdk.jcstress.infra.results.III_Result;

/** A test of opening a history during a commit. One epoch is committed before, another is recorded. */
@JCStressTest
@Description("A thread commits the second epoch while another asks how many are committed and opens the history.")
@Outcome(id = "1, 1, 128", expect = Expect.ACCEPTABLE, desc = "The history was opened before the commit: it has the "
        + "first epoch, and the sums as they were then.")
@Outcome(id = "1, 2, 128", expect = Expect.ACCEPTABLE, desc = "The commit came after counting and before opening.")
@Outcome(id = "2, 2, 128", expect = Expect.ACCEPTABLE,
        desc = "The commit came before both: an epoch that is reported as "
                + "committed is in the history, with its bits and its sums.")
@State
public class CommitAgainstHistory {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Commits an epoch of the first recorder, and records one of the second. */
    public CommitAgainstHistory() {
        Recorder.FIRST.recordAll(tracker, SmallTracker.EXAMPLES);
        SmallTracker.commit(tracker);
        Recorder.SECOND.recordAll(tracker, SmallTracker.EXAMPLES);
    }

    /** Commits the second epoch. */
    @Actor
    public void commit() {
        SmallTracker.commit(tracker);
    }

    /**
     * Reports the epochs that the tracker counts, those that are opened, and the examples that are as they were
     * committed.
     */
    @Actor
    public void history(III_Result result) {
        result.r1 = tracker.committedEpochs();
        try (History history = SmallTracker.history(tracker)) {
            result.r2 = history.epochs();
            result.r3 = history.epochs() == 1
                    ? Recorder.countPresented(history, 0, SmallTracker.EXAMPLES, Recorder.FIRST)
                    : Recorder.countPresented(history, 0, SmallTracker.EXAMPLES, Recorder.FIRST, Recorder.SECOND);
        }
    }

    /** Closes the tracker. */
    @Arbiter
    public void arbiter(III_Result result) {
        SmallTracker.close(tracker);
    }
}
