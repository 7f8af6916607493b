package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The function e^x for x at most 0, computed by exactly rounded operations alone, so that interpreted and compiled code
 * agree to the bit (the JDK's vector exp does not promise that). Error below 2 units in the last place; arguments under
 * -87 give e^-87, about 1e-38.
 */
final class Exponential {
    private static final float SMALLEST = -87;
    private static final float LOG2_E = 1.44269504f;
    /** The first part of ln 2, with few enough bits that its product with an exponent is exact. */
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** A summand that rounds a small float to an integer, which then stands in the low bits. */
    private static final float ROUNDER = 0x1.8p23f;
    // Minimax coefficients of (e^r - 1 - r) / r^2 on [-ln 2 / 2, ln 2 / 2] (Cephes, expf). Not in an array: a loop over
    // it would keep vectors from one round to the next, which the JIT may put into objects.
    private static final float C5 = 1.9875691500e-4f;
    private static final float C4 = 1.3981999507e-3f;
    private static final float C3 = 8.3334519073e-3f;
    private static final float C2 = 4.1665795894e-2f;
    private static final float C1 = 1.6666665459e-1f;
    private static final float C0 = 5.0000001201e-1f;

    private Exponential() {}

    /**
     * Replaces each x by e^x.
     *
     * @param values numbers in whole vectors
     */
    static void inPlace(float[] values) {
        for (int i = 0; i < values.length; i += LANES) {
            of(FloatVector.fromArray(SPECIES, values, i)).intoArray(values, i);
        }
    }

    /** Returns e^x in every lane. */
    static FloatVector of(FloatVector x) {
        FloatVector clamped = x.max(SMALLEST);
        FloatVector rounder = FloatVector.broadcast(SPECIES, ROUNDER);
        FloatVector shifted = clamped.fma(FloatVector.broadcast(SPECIES, LOG2_E), rounder);
        FloatVector n = shifted.sub(rounder);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), clamped);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(SPECIES, C5), FloatVector.broadcast(SPECIES, C4));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C1));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C0));
        p = p.fma(r.mul(r), r.add(1));
        // p * 2^n: n stands in the low bits of the rounded sum, and adding it to the exponent field multiplies
        return p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }
}
