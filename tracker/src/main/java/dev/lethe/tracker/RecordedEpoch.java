package dev.lethe.tracker;

import java.lang.foreign.MemorySegment;

/**
 * The presentations of an epoch as a device has gathered them by example, each presented once at most: an alternative
 * to {@link PresentationColumns}, which has them row by row. It is a view over off-heap memory of the caller, little
 * endian, made once and used for every epoch.
 *
 * @param seen
 *            one bit for each example, set where it was presented: example {@code i} is bit {@code i % 64} of 64-bit
 *            word {@code i / 64}
 * @param correct
 *            one bit for each example, set where its label was predicted; laid out like {@code seen}
 * @param sums
 *            float32 (examples, {@link RunningSum#COUNT}): the sums of each example, in the order of {@link
 *            RunningSum#column}; only the rows of presented examples count
 */
public record RecordedEpoch(MemorySegment seen, MemorySegment correct, MemorySegment sums) {
    /** Checks that all memory is off-heap and of the same number of examples. */
    public RecordedEpoch {
        check("seen", seen);
        check("correct", correct);
        check("sums", sums);
        if (sums.byteSize() % HistoryLayout.SUMS_BYTES != 0) {
            throw new IllegalArgumentException("sums bytes=" + sums.byteSize() + " are no rows of "
                    + HistoryLayout.SUMS_BYTES + " bytes: take a slice");
        }
        long needed = Math.ceilDiv(sums.byteSize() / HistoryLayout.SUMS_BYTES, Long.SIZE) * Long.BYTES;
        if (seen.byteSize() != needed || correct.byteSize() != needed) {
            throw new IllegalArgumentException("planes bytes=" + seen.byteSize() + " and bytes=" + correct.byteSize()
                    + " where the examples of sums need bytes=" + needed + ": take slices of whole 64-bit words");
        }
    }

    private static void check(String name, MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException(name + " is on the heap: allocate it from an Arena");
        }
    }

    /** Returns the number of examples. */
    public long examples() {
        return sums.byteSize() / HistoryLayout.SUMS_BYTES;
    }

    /** Returns the <em>seen</em> bits of 64 examples. */
    long seen(int word) {
        return seen.get(HistoryLayout.LONG, (long) word * Long.BYTES);
    }

    /** Returns the <em>correct</em> bits of 64 examples. */
    long correct(int word) {
        return correct.get(HistoryLayout.LONG, (long) word * Long.BYTES);
    }

    /** Copies the rows of examples {@code [first, first + count)} into {@code to}. */
    void sums(int first, int count, float[] to) {
        MemorySegment.copy(sums, HistoryLayout.FLOAT, first * HistoryLayout.SUMS_BYTES, to, 0,
                count * RunningSum.COUNT);
    }
}
