package dev.lethe.kernels.reference;

/**
 * The standard normal distribution in double precision: its density {@code phi(x) = exp(-x^2 / 2) / sqrt(2 pi)} and its
 * cumulative distribution {@code Phi(x)}, the integral of {@code phi} from minus infinity to {@code x}.
 */
final class NormalDistribution {
    private static final double ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);
    private static final double FAR = 2; // from here on the sum would cancel more and more digits of the tail
    private static final int FRACTIONS = 100;

    private NormalDistribution() {}

    /** Returns {@code phi(x) = exp(-x^2 / 2) / sqrt(2 pi)}. */
    static double density(double x) {
        return Math.exp(-x * x / 2) / ROOT_OF_TWO_PI;
    }

    /**
     * Returns {@code Phi(x)}: {@code 1/2 + phi(x) * (x + x^3 / 3 + x^5 / (3 * 5) + ...)} near 0, and otherwise
     * {@code phi(x)} times a continued fraction, which keeps the digits of a small tail.
     */
    static double cumulative(double x) {
        if (x < -FAR) {
            return tail(-x);
        }
        return x > FAR ? 1 - tail(x) : 0.5 + density(x) * series(x);
    }

    /** Returns {@code x + x^3 / 3 + x^5 / (3 * 5) + ...}: Marsaglia, Evaluating the Normal Distribution (2004). */
    private static double series(double x) {
        double sum = 0;
        double term = x;
        for (int k = 3; Math.abs(term) > Math.ulp(sum); k += 2) { // ends at once if x is NaN
            sum += term;
            term *= x * x / k;
        }
        return sum;
    }

    /**
     * Returns {@code 1 - Phi(x)} as {@code phi(x)} times Laplace's fraction {@code 1 / (x + 1 / (x + 2 / (x + ...)))}.
     */
    private static double tail(double x) {
        double fraction = x;
        for (int k = FRACTIONS; k > 0; k--) {
            fraction = x + k / fraction;
        }
        return density(x) / fraction;
    }
}
