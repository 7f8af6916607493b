package dev.lethe.kernels.op;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A writer of presentations into {@link ExampleTables}, for backends that compute on the host.
 *
 * @param seen plane of the examples that were presented: (words) int32
 * @param correct plane of the examples that were predicted right: (words) int32
 * @param sums (examples, {@value ExampleTables#SUMS}) float32
 */
public record ExampleRecorder(MemorySegment seen, MemorySegment correct, MemorySegment sums) {
    private static final VarHandle WORD = JAVA_INT.varHandle();

    /**
     * Adds one presentation. Wait-free; several threads may add presentations of different examples. The end of a
     * plan's run orders what was added before the caller's reads.
     *
     * @param example id of the example
     * @param right whether the prediction was the label
     * @param margin logit of the label minus the largest other logit
     * @param el2n L2 norm of softmax minus one-hot
     * @param probability softmax probability of the label
     * @param loss cross-entropy
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
        // atomic, since examples of other threads share the word; nothing else is read by it, so its order is not used
        int _ = (int) WORD.getAndBitwiseOr(plane, word, 1 << example % Integer.SIZE);
    }

    private void add(long index, float value) {
        sums.setAtIndex(JAVA_FLOAT, index, sums.getAtIndex(JAVA_FLOAT, index) + value); // plain: one thread an example
    }
}
