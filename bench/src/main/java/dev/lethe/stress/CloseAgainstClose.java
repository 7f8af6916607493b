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
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A test of closing the tracker and its history at the same time. The history is opened before. */
@JCStressTest
@Description("A thread closes the tracker while another closes the history that shares its memory.")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Both are closed, and whoever came last gave the memory "
        + "back, once: twice would have thrown.")
@State
public class CloseAgainstClose {
    private final ForgettingTracker tracker = SmallTracker.create();
    private final History history;

    /** Commits an epoch and opens the history. */
    public CloseAgainstClose() {
        SmallTracker.commit(tracker);
        history = SmallTracker.history(tracker);
    }

    /** Closes the tracker. */
    @Actor
    public void closeTracker() {
        SmallTracker.close(tracker);
    }

    /** Closes the history. */
    @Actor
    public void closeHistory() {
        history.close();
    }

    /** Reports whether tracker and history refuse to be used. */
    @Arbiter
    public void arbiter(ZZ_Result result) {
        result.r1 = refuses(() -> SmallTracker.commit(tracker));
        result.r2 = refuses(() -> history.seen(1));
    }

    private static boolean refuses(Runnable use) {
        try {
            use.run();
            return false;
        } catch (IllegalStateException closed) {
            return true;
        }
    }
}
