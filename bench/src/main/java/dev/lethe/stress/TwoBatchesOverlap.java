package dev.lethe.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** Examples 24 to 39 of the lane are in both batches. */
@JCStressTest
@Description("Two threads record batches of consecutive examples that have examples of both words in common.")
@Outcome(id = "1, 0, 40, 0", expect = Expect.ACCEPTABLE, desc = "The first claimed the shared examples: the second was "
        + "refused at its first row, and recorded nothing.")
@Outcome(id = "0, 1, 24, 40", expect = Expect.ACCEPTABLE,
        desc = "The second claimed the shared examples: the first was "
                + "refused at the first of them, and recorded the rows before it but none after.")
@State
public class TwoBatchesOverlap {
    private static final int ROWS = 40;
    private static final int SECOND_STARTS = Lane.EXAMPLES - ROWS;

    private final Lane lane = Lane.next();

    /** Records the first 40 examples; 1 if all were accepted. */
    @Actor
    public void first(IIII_Result result) {
        result.r1 = Recorder.FIRST.recordBatch(lane.tracker(), lane.example(0), ROWS) ? 1 : 0;
    }

    /** Records the last 40 examples; 1 if all were accepted. */
    @Actor
    public void second(IIII_Result result) {
        result.r2 = Recorder.SECOND.recordBatch(lane.tracker(), lane.example(SECOND_STARTS), ROWS) ? 1 : 0;
    }

    /** Counts the rows of each. */
    @Arbiter
    public void arbiter(IIII_Result result) {
        lane.read(history -> {
            int end = lane.example(Lane.EXAMPLES);
            result.r3 = Recorder.countPresented(history, lane.example(0), end, Recorder.FIRST);
            result.r4 = Recorder.countPresented(history, lane.example(0), end, Recorder.SECOND);
        });
    }
}
