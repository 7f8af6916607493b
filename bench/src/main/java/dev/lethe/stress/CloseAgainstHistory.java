package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A test of opening a history while the tracker is closed. One epoch is committed before. */
@JCStressTest
@Description("A thread closes the tracker while another opens the history and reads it.")
@Outcome(id = "128", expect = Expect.ACCEPTABLE, desc = "The history was opened before the tracker was closed, and can "
        + "be read whole after that: its memory stays until it is closed itself.")
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "The tracker was closed before, and refused to open its history.")
@State
public class CloseAgainstHistory {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Commits an epoch. */
    public CloseAgainstHistory() {
        Recorder.FIRST.recordAll(tracker, SmallTracker.EXAMPLES);
        SmallTracker.commit(tracker);
    }

    /** Closes the tracker, so that there is nothing left for an arbiter to close. */
    @Actor
    public void close() {
        SmallTracker.close(tracker);
    }

    /** Reports the number of examples that are as they were committed; 0 where the tracker refused. */
    @Actor
    public void history(I_Result result) {
        History history;
        try {
            history = SmallTracker.history(tracker);
        } catch (IllegalStateException closed) {
            result.r1 = 0;
            return;
        }
        try (history) {
            result.r1 = Recorder.countPresented(history, 0, SmallTracker.EXAMPLES, Recorder.FIRST);
        }
    }
}
