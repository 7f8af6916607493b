package dev.lethe.tracker.plane;

import java.util.Arrays;

/**
 * How often an event happened to each example: one byte an example where no count can pass 255, an {@code int} where
 * one can. Written by {@link PlaneKernels}; immutable and safe from any number of threads once it is handed out.
 */
public final class EventCounts {
    /** What a byte counts to. */
    static final int MOST_IN_A_BYTE = 255;

    private final byte[] bytes;
    private final int[] ints;

    private EventCounts(byte[] bytes, int[] ints) {
        this.bytes = bytes;
        this.ints = ints;
    }

    /**
     * Zeros.
     *
     * @param rows
     *            no count passes this
     */
    public static EventCounts zeros(int examples, int rows) {
        return rows <= MOST_IN_A_BYTE
                ? new EventCounts(new byte[examples], null)
                : new EventCounts(null, new int[examples]);
    }

    /** The number of examples. */
    public int examples() {
        return bytes != null ? bytes.length : ints.length;
    }

    /** The count of an example. */
    public int get(int example) {
        return bytes != null ? Byte.toUnsignedInt(bytes[example]) : ints[example];
    }

    /** All counts, in a new array. */
    public int[] toArray() {
        int[] counts = new int[examples()];
        Arrays.setAll(counts, this::get);
        return counts;
    }

    /** For kernels: whether {@link #bytes} are what is counted in. */
    public boolean inBytes() {
        return bytes != null;
    }

    /** For kernels: the counts, unsigned; null where they are {@link #ints}. */
    public byte[] bytes() {
        return bytes;
    }

    /** For kernels: the counts; null where they are {@link #bytes}. */
    public int[] ints() {
        return ints;
    }

    void increment(int example) {
        if (bytes != null) {
            bytes[example]++;
        } else {
            ints[example]++;
        }
    }
}
