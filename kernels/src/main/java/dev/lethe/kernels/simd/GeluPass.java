package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A pass of Gaussian error linear units over contiguous elements, {@code x * P(x)} with the normal distribution's
 * function P; input and output may be the same memory. Offsets are in bytes.
 * <p>
 * P is a polynomial made for Lethe that keeps its leading digits far to the left too, where P is tiny:
 * {@code |error| < (3 + x^2 / 2) * 2^-23 * |x * P(x)|}. The error of the slope, a sum, is as small relative to the
 * sizes of its two terms. Only exactly rounded operations are used, see {@link Exponential}.
 * <p>
 * Blocks of {@value #BLOCK} elements are copied into an array of floats: the loop is too large for the JIT to compile
 * it once for each type of elements, and vectors would be boxed. Confined to one thread.
 */
public final class GeluPass {
    private static final int BLOCK = 1024; // 4 KB: all that a pass needs stays in the innermost cache

    // Minimax coefficients of P(-x) / e^(-x^2 / 2) in t = 1 / (1 + 0.3 x) for x up to 13.2: relative error 5.7e-8
    private static final float C8 = 0.0382989139555955f;
    private static final float C7 = -0.16877969331456352f;
    private static final float C6 = 0.2278604473610606f;
    private static final float C5 = -0.0755901284590427f;
    private static final float C4 = 0.14190117761626445f;
    private static final float C3 = 0.0949544298325395f;
    private static final float C2 = 0.12185082037952931f;
    private static final float C1 = 0.11949746857354354f;
    private static final float C0 = 6.592539896750576e-06f;
    private static final float SLOPE = 0.3f; // about where the error is least for this many coefficients
    private static final float DENSITY_AT_ZERO = (float) (1 / Math.sqrt(2 * Math.PI));

    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final float[] block = new float[BLOCK]; // (BLOCK) inputs, then outputs
    private final float[] gradients = new float[BLOCK]; // (BLOCK) gradients of outputs, then of inputs

    /**
     * Makes a pass.
     *
     * @param elements type of input, output and their gradients
     */
    public GeluPass(DType elements) {
        bfloat16 = Elements.isBFloat16(elements);
        size = Elements.bytes(bfloat16);
    }

    /**
     * Computes {@code output = x * P(x)} over {@code count} elements.
     *
     * @param memory memory of input and output
     * @param input place of (count) elements
     * @param output place of (count) elements, which may be the input's
     * @param count number of elements
     */
    public void forward(MemorySegment memory, long input, long output, long count) {
        for (long done = 0; done < count; done += BLOCK) {
            int length = (int) Math.min(BLOCK, count - done);
            Elements.toFloats(bfloat16, memory, input + done * size, block, length);
            replaceByValues(length);
            Elements.fromFloats(bfloat16, block, memory, output + done * size, length);
        }
    }

    /**
     * Computes {@code inputGradient = outputGradient * (P(x) + x * p(x))} with p the density, over {@code count}
     * elements.
     *
     * @param memory memory of input and gradients
     * @param input place of (count) elements, the input of the forward pass
     * @param outputGradient place of (count) elements
     * @param inputGradient place of (count) elements, which may be that of the other gradient
     * @param count number of elements
     */
    public void backward(MemorySegment memory, long input, long outputGradient, long inputGradient, long count) {
        for (long done = 0; done < count; done += BLOCK) {
            int length = (int) Math.min(BLOCK, count - done);
            Elements.toFloats(bfloat16, memory, input + done * size, block, length);
            Elements.toFloats(bfloat16, memory, outputGradient + done * size, gradients, length);
            multiplyBySlopes(length);
            Elements.fromFloats(bfloat16, gradients, memory, inputGradient + done * size, length);
        }
    }

    /** Replaces x by GELU in whole vectors; elements behind the last one are not used. */
    private void replaceByValues(int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, block, i);
            x.mul(distribution(x, exponential(x))).intoArray(block, i);
        }
    }

    private void multiplyBySlopes(int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector slope = slope(FloatVector.fromArray(SPECIES, block, i));
            FloatVector.fromArray(SPECIES, gradients, i).mul(slope).intoArray(gradients, i);
        }
    }

    private static FloatVector slope(FloatVector x) {
        FloatVector e = exponential(x);
        return x.mul(e).fma(FloatVector.broadcast(SPECIES, DENSITY_AT_ZERO), distribution(x, e));
    }

    /** Returns e^(-x^2 / 2). */
    private static FloatVector exponential(FloatVector x) {
        return Exponential.of(x.mul(x).mul(-0.5f));
    }

    /** Returns P(x), whose smaller side is {@code polynomial(t) * e}. */
    private static FloatVector distribution(FloatVector x, FloatVector e) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        FloatVector t = one.div(x.abs().fma(FloatVector.broadcast(SPECIES, SLOPE), one));
        FloatVector p = t.fma(FloatVector.broadcast(SPECIES, C8), FloatVector.broadcast(SPECIES, C7));
        p = p.fma(t, FloatVector.broadcast(SPECIES, C6));
        p = p.fma(t, FloatVector.broadcast(SPECIES, C5));
        p = p.fma(t, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(t, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(t, FloatVector.broadcast(SPECIES, C2));
        p = p.fma(t, FloatVector.broadcast(SPECIES, C1));
        p = p.fma(t, FloatVector.broadcast(SPECIES, C0));
        FloatVector side = p.mul(e);
        return side.blend(one.sub(side), x.compare(VectorOperators.GT, 0));
    }
}
