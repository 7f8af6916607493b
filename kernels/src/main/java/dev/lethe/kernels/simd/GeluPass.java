package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Gaussian error linear units over contiguous elements, {@code x * P(x)} with the normal distribution's function P;
 * input and output may be the same memory. Offsets are in bytes.
 * <p>
 * P comes from a polynomial of Lethe's own, so that it has its leading digits also far to the left, where it is tiny:
 * {@code |error| < (3 + x^2 / 2) * 2^-23 * |x * P(x)|}. Of the slope, a sum, the error is as small beside the sizes of
 * its two terms. Only exactly rounded operations are used, see {@link Exponential}.
 */
public final class GeluPass {
    /**
     * Minimax coefficients of {@code P(-x) / e^(-x^2 / 2)} in {@code t = 1 / (1 + 0.3 x)}, from t^8 down, for x up to
     * 13.2: relative error 5.7e-8.
     */
    private static final float[] COEFFICIENTS = {0.0382989139555955f, -0.16877969331456352f, 0.2278604473610606f,
            -0.0755901284590427f, 0.14190117761626445f, 0.0949544298325395f, 0.12185082037952931f,
            0.11949746857354354f, 6.592539896750576e-06f};
    private static final float SLOPE = 0.3f; // about where the error is least for this many coefficients
    private static final float DENSITY_AT_ZERO = (float) (1 / Math.sqrt(2 * Math.PI));

    private GeluPass() {}

    /** {@code output = x * P(x)} over {@code count} elements. */
    public static void forward(DType elements, MemorySegment memory, long input, long output, long count) {
        boolean half = Elements.half(elements);
        long size = Elements.bytes(half);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector x = Elements.load(half, memory, input + i * size);
            Elements.store(half, x.mul(distribution(x, exponential(x))), memory, output + i * size);
        }
        if (i < count) {
            FloatVector x = tail(half, memory, input + i * size, count - i);
            storeTail(half, x.mul(distribution(x, exponential(x))), memory, output + i * size, count - i);
        }
    }

    /** {@code inputGradient = outputGradient * (P(x) + x * p(x))} with p the density, over {@code count} elements. */
    public static void backward(DType elements, MemorySegment memory, long input, long outputGradient,
            long inputGradient, long count) {
        boolean half = Elements.half(elements);
        long size = Elements.bytes(half);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector slope = slope(Elements.load(half, memory, input + i * size));
            Elements.store(half, Elements.load(half, memory, outputGradient + i * size).mul(slope), memory,
                    inputGradient + i * size);
        }
        if (i < count) {
            FloatVector slope = slope(tail(half, memory, input + i * size, count - i));
            storeTail(half, tail(half, memory, outputGradient + i * size, count - i).mul(slope), memory,
                    inputGradient + i * size, count - i);
        }
    }

    private static FloatVector slope(FloatVector x) {
        FloatVector e = exponential(x);
        return x.mul(e).fma(FloatVector.broadcast(SPECIES, DENSITY_AT_ZERO), distribution(x, e));
    }

    /** e^(-x^2 / 2). */
    private static FloatVector exponential(FloatVector x) {
        return Exponential.of(x.mul(x).mul(-0.5f));
    }

    /** P(x), of which the smaller side is {@code polynomial(t) * e}. */
    private static FloatVector distribution(FloatVector x, FloatVector e) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        FloatVector t = one.div(x.abs().fma(FloatVector.broadcast(SPECIES, SLOPE), one));
        FloatVector p = FloatVector.broadcast(SPECIES, COEFFICIENTS[0]);
        for (int i = 1; i < COEFFICIENTS.length; i++) {
            p = p.fma(t, FloatVector.broadcast(SPECIES, COEFFICIENTS[i]));
        }
        FloatVector side = p.mul(e);
        return side.blend(one.sub(side), x.compare(VectorOperators.GT, 0));
    }

    private static FloatVector tail(boolean half, MemorySegment memory, long at, long count) {
        float[] values = new float[LANES];
        for (int lane = 0; lane < count; lane++) {
            values[lane] = Elements.get(half, memory, at + lane * Elements.bytes(half));
        }
        return FloatVector.fromArray(SPECIES, values, 0);
    }

    private static void storeTail(boolean half, FloatVector value, MemorySegment memory, long at, long count) {
        float[] values = value.toArray();
        for (int lane = 0; lane < count; lane++) {
            Elements.set(half, memory, at + lane * Elements.bytes(half), values[lane]);
        }
    }
}
