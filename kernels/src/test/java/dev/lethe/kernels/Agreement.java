package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/** Compares floats with an error bound that grows with the length of the sums behind them. */
final class Agreement {
    private static final double EPSILON = Math.ulp(1f);

    private Agreement() {}

    /**
     * Asserts that values agree.
     *
     * @param terms how many products a value sums up
     */
    static void assertAgree(String what, float[] expected, float[] actual, long terms) {
        assertEquals(expected.length, actual.length, what);
        double scale = 0;
        for (float value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        double tolerance = 4 * EPSILON * Math.sqrt(terms) * Math.max(scale, 1e-6);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= tolerance)) {
                fail(what + " differs at " + i + ": expected " + expected[i] + ", got " + actual[i] + ", tolerance "
                        + tolerance);
            }
        }
    }
}
