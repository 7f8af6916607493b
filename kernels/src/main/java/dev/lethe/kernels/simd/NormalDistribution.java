package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The standard normal distribution, from exactly rounded operations alone, as {@link Exponential}. The probability
 * beyond |x| is {@code exp(-x^2 / 2) u P(u)}, where {@code u = 1 / (1 + 0.35 |x|)}: the form of Abramowitz and Stegun,
 * 7.1.26. P is a polynomial of degree 8, fitted for the least relative error on |x| up to 13.5. That error is 3e-8,
 * with the rounding of floats 3e-7: so the distribution is right to 2e-7, and most digits of small probabilities are.
 */
final class NormalDistribution {
    private static final float DENSITY_AT_ZERO = (float) (1 / Math.sqrt(2 * Math.PI));
    private static final float SLOPE = 0.35f;
    private static final float C0 = 0.139621571f;
    private static final float C1 = 0.139859170f;
    private static final float C2 = 0.119851723f;
    private static final float C3 = 0.105435982f;
    private static final float C4 = -0.0229447894f;
    private static final float C5 = 0.158940986f;
    private static final float C6 = -0.255515248f;
    private static final float C7 = 0.143877581f;
    private static final float C8 = -0.0291269962f;

    private NormalDistribution() {}

    /** {@code exp(-x^2 / 2)}; from |x| = 13.2 on 1e-38, the smallest that {@link Exponential} gives. */
    static FloatVector bell(FloatVector x) {
        return Exponential.of(x.mul(x).mul(-0.5f));
    }

    /** The density at x, from {@link #bell}. */
    static FloatVector density(FloatVector bell) {
        return bell.mul(DENSITY_AT_ZERO);
    }

    /** The probability of less than x, from x and {@link #bell}. */
    static FloatVector below(FloatVector x, FloatVector bell) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        FloatVector u = one.div(x.abs().fma(FloatVector.broadcast(SPECIES, SLOPE), one));
        FloatVector p = u.fma(FloatVector.broadcast(SPECIES, C8), FloatVector.broadcast(SPECIES, C7));
        p = p.fma(u, FloatVector.broadcast(SPECIES, C6));
        p = p.fma(u, FloatVector.broadcast(SPECIES, C5));
        p = p.fma(u, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(u, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(u, FloatVector.broadcast(SPECIES, C2));
        p = p.fma(u, FloatVector.broadcast(SPECIES, C1));
        p = p.fma(u, FloatVector.broadcast(SPECIES, C0));
        FloatVector beyond = p.mul(u).mul(bell);
        return one.sub(beyond).blend(beyond, x.compare(VectorOperators.LT, 0));
    }
}
