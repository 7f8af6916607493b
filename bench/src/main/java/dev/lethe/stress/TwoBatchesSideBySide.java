package dev.lethe.stress;

import dev.lethe.tracker.plane.PlaneKernels;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A test of two batches side by side. The first ends with single rows in the cache line where the second begins with a
 * whole block.
 */
@JCStressTest
@Description("Two threads record batches of consecutive examples; they meet in a cache line.")
@Outcome(id = "72, 64", expect = Expect.ACCEPTABLE, desc = "Neither stored more than its own bytes, the one "
        + "byte by byte and the other 64 at a time: every row is there, whole.")
@State
public class TwoBatchesSideBySide {
    private static final int BORDER = PlaneKernels.MAX_ROWS + 8;

    private final Lane lane = Lane.next();

    /** Records examples up to the border. */
    @Actor
    public void first() {
        Recorder.FIRST.recordBatch(lane.tracker(), lane.example(0), BORDER);
    }

    /** Records examples from the border on. */
    @Actor
    public void second() {
        Recorder.SECOND.recordBatch(lane.tracker(), lane.example(BORDER), PlaneKernels.MAX_ROWS);
    }

    /** Counts the rows of each. */
    @Arbiter
    public void arbiter(II_Result result) {
        lane.read(history -> {
            int border = lane.example(BORDER);
            result.r1 = Recorder.countPresented(history, lane.example(0), border, Recorder.FIRST);
            result.r2 = Recorder.countPresented(history, border, border + PlaneKernels.MAX_ROWS, Recorder.SECOND);
        });
    }
}
