package dev.lethe.kernels;

import java.util.Locale;

/**
 * The bytes that a program holds, without the data bound to it.
 *
 * @param parameters bytes of parameters and of the states that optimizers keep for them
 * @param gradients bytes of gradients, with the partial sums of each worker
 * @param activations bytes of the activations of the largest plan, packed by lifetime, and of scratch memory
 */
public record MemoryUse(long parameters, long gradients, long activations) {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int BITS = 10; // that one unit has more than the one before

    /** Returns the sum of the three. */
    public long total() {
        return parameters + gradients + activations;
    }

    /** Formats a number of bytes for people, in the largest unit of which there is one: {@code 1.50 GiB}. */
    public static String text(long bytes) {
        long size = Math.abs(bytes);
        if (size < 1 << BITS) {
            return bytes + " bytes";
        }
        int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(size)) / BITS;
        return String.format(Locale.ROOT, "%.2f %s", (double) bytes / (1L << unit * BITS), UNITS[unit - 1]);
    }
}
