package dev.lethe.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A test of two threads that record neighbouring examples: each has every other one. */
@JCStressTest
@Description("Two threads record different examples whose states are neighbouring bytes.")
@Outcome(id = "16, 16", expect = Expect.ACCEPTABLE, desc = "A byte is stored without its neighbours: no "
        + "state is lost, and nobody's sums are touched by the other.")
@State
public class TwoRecordersSideBySide {
    private static final int EACH = Integer.SIZE / 2;

    private final Lane lane = Lane.next();

    /** Records even examples. */
    @Actor
    public void first() {
        for (int i = 0; i < EACH; i++) {
            Recorder.FIRST.record(lane.tracker(), lane.example(2 * i));
        }
    }

    /** Records odd examples. */
    @Actor
    public void second() {
        for (int i = 0; i < EACH; i++) {
            Recorder.SECOND.record(lane.tracker(), lane.example(2 * i + 1));
        }
    }

    /** Counts the presentations of each. */
    @Arbiter
    public void arbiter(II_Result result) {
        lane.read(history -> {
            for (int i = 0; i < EACH; i++) {
                result.r1 += Recorder.presented(history, lane.example(2 * i), Recorder.FIRST) ? 1 : 0;
                result.r2 += Recorder.presented(history, lane.example(2 * i + 1), Recorder.SECOND) ? 1 : 0;
            }
        });
    }
}
