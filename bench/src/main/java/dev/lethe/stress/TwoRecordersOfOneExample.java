package dev.lethe.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZL_Result;

/**
 * A test of two threads that record one example, against the rule that it goes to one thread at a time: no other
 * example is affected.
 */
@JCStressTest
@Description("Two threads record the same example in one epoch.")
@Outcome(id = "true, false, FIRST", expect = Expect.ACCEPTABLE, desc = "The first came first: the second was refused, "
        + "and left neither a bit nor a part of a sum.")
@Outcome(id = "false, true, SECOND", expect = Expect.ACCEPTABLE, desc = "The second came first: the first was refused, "
        + "and left neither a bit nor a part of a sum.")
@Outcome(id = "true, true, (FIRST|SECOND|null)", expect = Expect.ACCEPTABLE_INTERESTING,
        desc = "Both at once: neither saw the other. The example was presented once, as one of them had it, with the "
                + "sums of one, of both, or of neither.")
@State
public class TwoRecordersOfOneExample {
    private final Lane lane = Lane.next();

    /** Records the example, and reports whether it was accepted. */
    @Actor
    public void first(ZZL_Result result) {
        result.r1 = Recorder.FIRST.record(lane.tracker(), lane.example(0));
    }

    /** Records the example, and reports whether it was accepted. */
    @Actor
    public void second(ZZL_Result result) {
        result.r2 = Recorder.SECOND.record(lane.tracker(), lane.example(0));
    }

    /** Reports whose presentation the history has. */
    @Arbiter
    public void arbiter(ZZL_Result result) {
        lane.read(history -> {
            for (Recorder recorder : Recorder.values()) {
                if (Recorder.presented(history, lane.example(0), recorder)) {
                    result.r3 = recorder;
                }
            }
        });
    }
}
