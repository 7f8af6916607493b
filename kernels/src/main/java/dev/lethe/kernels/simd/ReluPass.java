package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A pass of rectified linear units over contiguous elements; input and output may be the same memory. Offsets are in
 * bytes.
 */
public final class ReluPass {
    private ReluPass() {}

    /**
     * Computes {@code output = max(0, input)} over {@code count} elements.
     *
     * @param elements type of input and output
     * @param memory memory of input and output
     * @param input place of (count) elements
     * @param output place of (count) elements, which may be the input's
     * @param count number of elements
     */
    public static void forward(DType elements, MemorySegment memory, long input, long output, long count) {
        boolean bfloat16 = Elements.isBFloat16(elements);
        long size = Elements.bytes(bfloat16);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(bfloat16, Elements.load(bfloat16, memory, input + i * size).max(0), memory,
                    output + i * size);
        }
        for (; i < count; i++) {
            Elements.set(bfloat16, memory, output + i * size,
                    Math.max(0, Elements.get(bfloat16, memory, input + i * size)));
        }
    }

    /**
     * Computes {@code inputGradient = output > 0 ? outputGradient : 0} over {@code count} elements.
     *
     * @param elements type of output and gradients
     * @param memory memory of output and gradients
     * @param output place of (count) elements, the output of the forward pass
     * @param outputGradient place of (count) elements
     * @param inputGradient place of (count) elements, which may be that of the other gradient
     * @param count number of elements
     */
    public static void backward(DType elements, MemorySegment memory, long output, long outputGradient,
            long inputGradient, long count) {
        boolean bfloat16 = Elements.isBFloat16(elements);
        long size = Elements.bytes(bfloat16);
        FloatVector zero = FloatVector.zero(SPECIES);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector y = Elements.load(bfloat16, memory, output + i * size);
            FloatVector dy = Elements.load(bfloat16, memory, outputGradient + i * size);
            Elements.store(bfloat16, zero.blend(dy, y.compare(VectorOperators.GT, 0)), memory,
                    inputGradient + i * size);
        }
        for (; i < count; i++) {
            float dy = Elements.get(bfloat16, memory, outputGradient + i * size);
            Elements.set(bfloat16, memory, inputGradient + i * size,
                    Elements.get(bfloat16, memory, output + i * size) > 0 ? dy : 0);
        }
    }
}
