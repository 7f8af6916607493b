package dev.lethe.kernels.reference;

/** The standard normal distribution in double precision. */
final class NormalDistribution {
    private static final double ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);
    private static final double FAR = 2; // from here on the sum would cancel more and more digits of the tail
    private static final int FRACTIONS = 100;

    private NormalDistribution() {}

    static double density(double x) {
        return Math.exp(-x * x / 2) / ROOT_OF_TWO_PI;
    }

    /** The density's integral up to x. */
    static double cumulative(double x) {
        if (x < -FAR) {
            return tail(-x);
        }
        return x > FAR ? 1 - tail(x) : 0.5 + density(x) * series(x);
    }

    /** {@code x + x^3 / 3 + x^5 / (3 * 5) + ...}: Marsaglia, Evaluating the Normal Distribution (2004). */
    private static double series(double x) {
        double sum = 0;
        double term = x;
        for (int k = 3; Math.abs(term) > Math.ulp(sum); k += 2) { // none for what is not a number
            sum += term;
            term *= x * x / k;
        }
        return sum;
    }

    /** The integral from x on, by Laplace's continued fraction {@code 1 / (x + 1 / (x + 2 / (x + ...)))}. */
    private static double tail(double x) {
        double fraction = x;
        for (int k = FRACTIONS; k > 0; k--) {
            fraction = x + k / fraction;
        }
        return density(x) / fraction;
    }
}
