package dev.lethe.kernels.op;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Adds presentations to {@link ExampleTables}, for backends that compute on the host.
 *
 * @param seen as the tables have it, as the next two
 * @param correct
 * @param sums
 */
public record ExampleRecorder(MemorySegment seen, MemorySegment correct, MemorySegment sums) {
    private static final VarHandle WORD = JAVA_INT.varHandle();

    /**
     * Wait-free: adds one presentation. Several threads may add presentations of different examples.
     *
     * @param right whether the prediction was the label
     */
    public void add(int example, boolean right, float margin, float el2n, float probability, float loss) {
        set(seen, example);
        if (right && Float.isFinite(margin) && Float.isFinite(el2n) && Float.isFinite(probability)
                && Float.isFinite(loss)) {
            set(correct, example);
        }
        long row = (long) example * ExampleTables.SUMS;
        add(row, margin);
        add(row + 1, el2n);
        add(row + 2, probability);
        add(row + 3, probability * probability);
        add(row + 4, loss);
    }

    private static void set(MemorySegment plane, int example) {
        long word = (long) (example / Integer.SIZE) * Integer.BYTES;
        int _ = (int) WORD.getAndBitwiseOr(plane, word, 1 << example % Integer.SIZE); // neighbours share the word
    }

    private void add(long index, float value) {
        sums.setAtIndex(JAVA_FLOAT, index, sums.getAtIndex(JAVA_FLOAT, index) + value);
    }
}
