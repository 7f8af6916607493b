package dev.lethe.kernels.simd.product;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.simd.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The copy of weights from one order into another. It goes in blocks inside of which outputs and inputs are equally far
 * apart on both sides. What pads the target is left as it is. Allocates nothing once made; offsets are in bytes.
 */
public final class WeightCopy {
    private static final int MOST_SIDE = 64; // outputs, and inputs, of a block: both sides fit the first-level cache

    /** A block of weights of one tap, and the bytes from one output or input to the next. */
    private record Block(long from, long fromOutput, long fromInput, long to, long toOutput, long toInput, int outputs,
            int inputs) {}

    private final Block[] blocks;

    /**
     * Plans the copy.
     *
     * @throws IllegalArgumentException when the shapes differ
     */
    public WeightCopy(OrderedWeights from, OrderedWeights to) {
        if (!from.shape().equals(to.shape())) {
            throw new IllegalArgumentException("weights of shape " + from.shape() + " do not become " + to.shape());
        }
        WeightShape shape = from.shape();
        List<Block> planned = new ArrayList<>();
        for (int group = 0; group < shape.groups(); group++) {
            for (int tap = 0; tap < shape.height() * shape.width(); tap++) {
                for (int output = 0; output < shape.outputs();) {
                    int outputs = Math.min(MOST_SIDE, Math.min(from.evenOutputs(output), to.evenOutputs(output)));
                    for (int input = 0; input < shape.inputs();) {
                        int inputs = Math.min(MOST_SIDE,
                                Math.min(from.evenInputs(input, tap), to.evenInputs(input, tap)));
                        planned.add(block(from, to, group, output, outputs, input, inputs, tap));
                        input += inputs;
                    }
                    output += outputs;
                }
            }
        }
        blocks = planned.toArray(Block[]::new);
    }

    private static Block block(OrderedWeights from, OrderedWeights to, int group, int output, int outputs, int input,
            int inputs, int tap) {
        int nextOutput = outputs > 1 ? output + 1 : output;
        int nextInput = inputs > 1 ? input + 1 : input;
        long source = from.offset(group, output, input, tap);
        long target = to.offset(group, output, input, tap);
        return new Block(source, from.offset(group, nextOutput, input, tap) - source,
                from.offset(group, output, nextInput, tap) - source, target,
                to.offset(group, nextOutput, input, tap) - target, to.offset(group, output, nextInput, tap) - target,
                outputs, inputs);
    }

    /**
     * Copies all weights, of which the first stand at these bytes.
     *
     * @param source memory of the weights
     * @param from first byte of the weights
     * @param target memory of the copy
     * @param to first byte of the copy
     */
    public void run(MemorySegment source, long from, MemorySegment target, long to) {
        for (Block block : blocks) {
            if (block.toInput == BYTES) {
                copy(source, from + block.from, block.fromOutput, block.fromInput, target, to + block.to,
                        block.toOutput, block.toInput, block.outputs, block.inputs);
            } else {
                copy(source, from + block.from, block.fromInput, block.fromOutput, target, to + block.to,
                        block.toInput, block.toOutput, block.inputs, block.outputs);
            }
        }
    }

    /** Copies lines of elements: those of one line are written one behind the other where the order allows it. */
    private static void copy(MemorySegment source, long from, long fromLine, long fromElement, MemorySegment target,
            long to, long toLine, long toElement, int lines, int elements) {
        MemorySegment read = NativeMemory.of(source);
        MemorySegment written = NativeMemory.of(target);
        for (int line = 0; line < lines; line++) {
            long sourceAt = from + line * fromLine;
            long targetAt = to + line * toLine;
            for (int i = 0; i < elements; i++) {
                written.set(JAVA_FLOAT, targetAt + i * toElement, read.get(JAVA_FLOAT, sourceAt + i * fromElement));
            }
        }
    }
}
