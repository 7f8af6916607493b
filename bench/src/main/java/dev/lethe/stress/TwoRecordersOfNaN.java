package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** A test of the count of values that are not finite. Each recorder has every other example. */
@JCStressTest
@Description("Two threads record presentations whose loss is NaN.")
@Outcome(id = "128", expect = Expect.ACCEPTABLE, desc = "Each presentation was counted once, whoever came first.")
@State
public class TwoRecordersOfNaN {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Records even examples. */
    @Actor
    public void first() {
        recordNaN(0);
    }

    /** Records odd examples. */
    @Actor
    public void second() {
        recordNaN(1);
    }

    private void recordNaN(int first) {
        for (int example = first; example < SmallTracker.EXAMPLES; example += 2) {
            tracker.record(example, true, 1, 1, 1, Float.NaN);
        }
    }

    /** Reports the number that was counted. */
    @Arbiter
    public void arbiter(J_Result result) {
        result.r1 = tracker.nonFinitePresentations();
        SmallTracker.close(tracker);
    }
}
