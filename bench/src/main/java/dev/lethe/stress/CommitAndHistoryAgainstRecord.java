package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import java.io.IOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A test of opening a history while recorders are still at work on the epoch that was just sealed, or on the next. */
@JCStressTest
@Description("A thread records every example while another commits the epoch and opens the history at once.")
@Outcome(id = "WHOLE", expect = Expect.ACCEPTABLE, desc = "The history opens: its sums match their checksum, "
        + "whatever a recorder added meanwhile. Of every example it has both bits or neither, and each sum with or "
        + "without the presentation.")
@State
public class CommitAndHistoryAgainstRecord {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Records all examples. */
    @Actor
    public void record() {
        Recorder.FIRST.recordAll(tracker, SmallTracker.EXAMPLES);
    }

    /** Commits and opens the history. */
    @Actor
    public void commitAndOpen(L_Result result) {
        SmallTracker.commit(tracker);
        try (History history = tracker.history()) {
            result.r1 = whole(history) ? "WHOLE" : "TORN";
        } catch (IOException refused) {
            result.r1 = refused.getMessage();
        }
    }

    private static boolean whole(History history) {
        boolean whole = history.epochs() == 1;
        for (int example = 0; example < history.examples(); example++) {
            whole &= history.seen(1, example) == history.correct(1, example);
            for (RunningSum sum : RunningSum.values()) {
                float value = history.sum(sum, example);
                whole &= value == 0 || value == 1;
            }
        }
        return whole;
    }

    /** Closes the tracker. */
    @Arbiter
    public void arbiter(L_Result result) {
        SmallTracker.close(tracker);
    }
}
