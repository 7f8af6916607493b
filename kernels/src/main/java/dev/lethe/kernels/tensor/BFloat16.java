package dev.lethe.kernels.tensor;

/** The number format bfloat16: sign, exponent and the first seven bits of the mantissa of a float. */
public final class BFloat16 {
    private BFloat16() {}

    /**
     * Returns the bits of the bfloat16 nearest to a float, ties to even; a number beyond its range becomes infinite.
     */
    public static short bits(float value) {
        int bits = Float.floatToIntBits(value); // every NaN becomes the one whose upper half is a NaN too
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }

    /** Returns the float of the same value. */
    public static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Returns the value of the bfloat16 nearest to a float. */
    public static float round(float value) {
        return value(bits(value));
    }
}
