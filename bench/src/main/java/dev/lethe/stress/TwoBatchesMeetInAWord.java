package dev.lethe.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The first batch ends, and the second begins, inside the second of two words. */
@JCStressTest
@Description("Two threads record batches of consecutive examples; the one run ends in the word where the other begins.")
@Outcome(id = "40, 24", expect = Expect.ACCEPTABLE, desc = "Each claimed its part of the word that they "
        + "share in one step, and the later one tried again on what the other left: every row is there, whole.")
@State
public class TwoBatchesMeetInAWord {
    private static final int BORDER = 40;

    private final Lane lane = Lane.next();

    /** Records examples up to the border. */
    @Actor
    public void first() {
        Recorder.FIRST.recordBatch(lane.tracker(), lane.example(0), BORDER);
    }

    /** Records examples from the border on. */
    @Actor
    public void second() {
        Recorder.SECOND.recordBatch(lane.tracker(), lane.example(BORDER), Lane.EXAMPLES - BORDER);
    }

    /** Counts the rows of each. */
    @Arbiter
    public void arbiter(II_Result result) {
        lane.read(history -> {
            int border = lane.example(BORDER);
            result.r1 = Recorder.countPresented(history, lane.example(0), border, Recorder.FIRST);
            result.r2 = Recorder.countPresented(history, border, lane.example(Lane.EXAMPLES), Recorder.SECOND);
        });
    }
}
