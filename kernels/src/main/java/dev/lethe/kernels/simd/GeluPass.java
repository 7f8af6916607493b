package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Gaussian error linear units over contiguous elements, in their exact form. Of outputs in floats, the error is below
 * 4e-7 of the input. It takes blocks of {@value #BLOCK} elements out of memory into floats: a loop with so much
 * arithmetic is too large for the JIT to make it once for each type of elements, and vectors would end up boxed.
 * Confined to one thread: it holds a block. Offsets are in bytes.
 */
public final class GeluPass {
    private static final int BLOCK = 1024; // 4 KB: of what a pass needs, all stays in the innermost cache

    private final boolean half;
    private final long size; // bytes of an element
    private final float[] block = new float[BLOCK];
    private final float[] gradients = new float[BLOCK];

    /**
     * A pass.
     *
     * @param elements type of input, output and their gradients
     */
    public GeluPass(DType elements) {
        half = Elements.half(elements);
        size = Elements.bytes(half);
    }

    /** {@code output = input * P(X <= input)} over {@code count} elements; both may be the same memory. */
    public void forward(MemorySegment memory, long input, long output, long count) {
        for (long done = 0; done < count; done += BLOCK) {
            int length = (int) Math.min(BLOCK, count - done);
            Elements.toFloats(half, memory, input + done * size, block, length);
            replaceByValues(length);
            Elements.fromFloats(half, block, memory, output + done * size, length);
        }
    }

    /** The gradient of {@link #forward}; both gradients may be the same memory. */
    public void backward(MemorySegment memory, long input, long outputGradient, long inputGradient, long count) {
        for (long done = 0; done < count; done += BLOCK) {
            int length = (int) Math.min(BLOCK, count - done);
            Elements.toFloats(half, memory, input + done * size, block, length);
            Elements.toFloats(half, memory, outputGradient + done * size, gradients, length);
            multiplyBySlopes(length);
            Elements.fromFloats(half, gradients, memory, inputGradient + done * size, length);
        }
    }

    /** Whole vectors: what stands behind the last element is read by nobody. */
    private void replaceByValues(int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, block, i);
            x.mul(NormalDistribution.below(x, NormalDistribution.bell(x))).intoArray(block, i);
        }
    }

    private void multiplyBySlopes(int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, block, i);
            FloatVector bell = NormalDistribution.bell(x);
            FloatVector slope = x.fma(NormalDistribution.density(bell), NormalDistribution.below(x, bell));
            FloatVector.fromArray(SPECIES, gradients, i).mul(slope).intoArray(gradients, i);
        }
    }
}
