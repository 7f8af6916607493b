package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lethe.kernels.tensor.DType;

/** Comparisons of floats with an error bound that grows with the length of the sums behind them. */
public final class Agreement {
    private static final double EPSILON = Math.ulp(1f);
    /** The relative error of bfloat16s, to which products and results of operations are rounded. */
    private static final double COARSE = 0x1p-7;

    private Agreement() {}

    /**
     * Asserts that values agree.
     *
     * @param terms how many products a value sums up
     * @param dtype of what they were computed from
     */
    public static void assertAgree(String what, float[] expected, float[] actual, long terms, DType dtype) {
        assertAgree(what, expected, actual, terms, dtype, 1e-6);
    }

    /**
     * Asserts that values agree.
     *
     * @param terms how many products a value sums up
     * @param dtype of what they were computed from
     * @param leastScale magnitude of the products: errors are relative to it where sums cancel to less
     */
    public static void assertAgree(String what, float[] expected, float[] actual, long terms, DType dtype,
            double leastScale) {
        assertEquals(expected.length, actual.length, what);
        double scale = leastScale;
        for (float value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        double relative = 4 * EPSILON * Math.sqrt(terms) + (dtype == DType.BF16 ? COARSE : 0);
        double tolerance = relative * scale;
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= tolerance)) {
                fail(what + " differs at " + i + ": expected " + expected[i] + ", got " + actual[i] + ", tolerance "
                        + tolerance);
            }
        }
    }
}
