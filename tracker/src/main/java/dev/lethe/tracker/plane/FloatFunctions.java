package dev.lethe.tracker.plane;

/**
 * The functions e^x and natural logarithm in float32, computed by exactly rounded operations alone, so that scalar and
 * vector code, and interpreted and compiled code, agree to the bit; {@link Math} does not promise that. The polynomials
 * are those of Cephes (expf, logf); both functions are within 2 units in the last place where they are used.
 */
public final class FloatFunctions {
    /** The smallest argument of e^x: smaller ones give the same result, about 1e-38. */
    public static final float SMALLEST = -87;
    /** The logarithm of e to the base 2, by which x becomes an exponent of 2. */
    public static final float LOG2_E = 1.44269504f;
    /** The first part of ln 2, with so few bits that its product with an exponent is exact. */
    public static final float LN2_HIGH = 0.693359375f;
    /** The second part of ln 2: the rest. */
    public static final float LN2_LOW = -2.12194440e-4f;
    /** The number whose addition rounds a small float to an integer, which then stands in the low bits. */
    public static final float ROUNDER = 0x1.8p23f;
    /** The bits of about sqrt(1/2): mantissas are taken from there to its double. */
    public static final int HALF_ROOT = 0x3F3504F3;
    /** The number of bits below the exponent. */
    public static final int MANTISSA = 23;

    // minimax coefficients of (e^r - 1 - r) / r^2 on [-ln 2 / 2, ln 2 / 2]
    private static final float[] EXPONENTIAL = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
            4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
    // of (ln(1 + f) - f + f^2 / 2) / f^3 on [sqrt(1/2) - 1, sqrt(2) - 1]
    private static final float[] LOGARITHM = {7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f,
            -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f,
            3.3333331174e-1f};

    private FloatFunctions() {}

    /** Returns the number of terms of the polynomial of {@link #exponential}. */
    public static int exponentialTerms() {
        return EXPONENTIAL.length;
    }

    /** Returns a coefficient of the polynomial of {@link #exponential}; that of the highest power is 0. */
    public static float exponentialTerm(int i) {
        return EXPONENTIAL[i];
    }

    /** Returns the number of terms of the polynomial of {@link #logarithm}. */
    public static int logarithmTerms() {
        return LOGARITHM.length;
    }

    /** Returns a coefficient of the polynomial of {@link #logarithm}; that of the highest power is 0. */
    public static float logarithmTerm(int i) {
        return LOGARITHM[i];
    }

    /** Returns e^x for {@code x <= 0}. */
    public static float exponential(float x) {
        float clamped = Math.max(x, SMALLEST);
        float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
        float p = EXPONENTIAL[0];
        for (int i = 1; i < EXPONENTIAL.length; i++) {
            p = Math.fma(p, r, EXPONENTIAL[i]);
        }
        p = Math.fma(p, r * r, r + 1);
        // p * 2^n: n stands in the low bits of the rounded sum, and adding it to the exponent field multiplies
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << MANTISSA));
    }

    /** Returns the natural logarithm of {@code x >= 1}. */
    public static float logarithm(float x) {
        int bits = Float.floatToRawIntBits(x);
        int exponent = bits - HALF_ROOT >> MANTISSA;
        float e = exponent;
        float f = Float.intBitsToFloat(bits - (exponent << MANTISSA)) - 1;
        float square = f * f;
        float p = LOGARITHM[0];
        for (int i = 1; i < LOGARITHM.length; i++) {
            p = Math.fma(p, f, LOGARITHM[i]);
        }
        float y = Math.fma(e, LN2_LOW, p * (f * square));
        return Math.fma(e, LN2_HIGH, f + Math.fma(square, -0.5f, y));
    }
}
