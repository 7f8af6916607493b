package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Gaussian error linear units over contiguous elements, in their exact form. Of outputs in floats, the error is below
 * 4e-7 of the input. Offsets are in bytes.
 */
public final class GeluPass {
    private GeluPass() {}

    /** {@code output = input * P(X <= input)} over {@code count} elements; both may be the same memory. */
    public static void forward(DType elements, MemorySegment memory, long input, long output, long count) {
        boolean half = Elements.half(elements);
        long size = Elements.bytes(half);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(half, value(Elements.load(half, memory, input + i * size)), memory, output + i * size);
        }
        for (; i < count; i++) {
            float x = Elements.get(half, memory, input + i * size);
            Elements.set(half, memory, output + i * size, value(FloatVector.broadcast(SPECIES, x)).lane(0));
        }
    }

    /** The gradient of {@link #forward}; both gradients may be the same memory. */
    public static void backward(DType elements, MemorySegment memory, long input, long outputGradient,
            long inputGradient, long count) {
        boolean half = Elements.half(elements);
        long size = Elements.bytes(half);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector slope = slope(Elements.load(half, memory, input + i * size));
            FloatVector dy = Elements.load(half, memory, outputGradient + i * size);
            Elements.store(half, dy.mul(slope), memory, inputGradient + i * size);
        }
        for (; i < count; i++) {
            float x = Elements.get(half, memory, input + i * size);
            float dy = Elements.get(half, memory, outputGradient + i * size);
            Elements.set(half, memory, inputGradient + i * size, dy * slope(FloatVector.broadcast(SPECIES, x)).lane(0));
        }
    }

    private static FloatVector value(FloatVector x) {
        return x.mul(NormalDistribution.below(x, NormalDistribution.bell(x)));
    }

    private static FloatVector slope(FloatVector x) {
        FloatVector bell = NormalDistribution.bell(x);
        return x.fma(NormalDistribution.density(bell), NormalDistribution.below(x, bell));
    }
}
