package dev.lethe.tracker;

import java.lang.foreign.MemorySegment;

/**
 * Presentations of an epoch as a device has gathered them, by example, each presented once at most: what {@link
 * ForgettingTracker#record(PresentationColumns, long, int)} is told row by row. A view over off-heap memory of the
 * caller, little endian; made once and used for every epoch.
 *
 * @param seen
 *            one bit an example: whether it was presented. Example {@code i} is bit {@code i % 64} of the 64-bit word
 *            {@code i / 64}
 * @param correct
 *            the same: whether its prediction was right
 * @param sums
 *            float32 (examples, 5): margin, EL2N, probability, its square and loss, in the order of {@link RunningSum};
 *            only those of presented examples count
 */
public record RecordedEpoch(MemorySegment seen, MemorySegment correct, MemorySegment sums) {
    /** Checks that all is off-heap and of as many examples. */
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

    /** How many examples there are. */
    public long examples() {
        return sums.byteSize() / HistoryLayout.SUMS_BYTES;
    }

    /** The bits of 64 examples. */
    long seen(int word) {
        return seen.get(HistoryLayout.LONG, (long) word * Long.BYTES);
    }

    /** The bits of 64 examples. */
    long correct(int word) {
        return correct.get(HistoryLayout.LONG, (long) word * Long.BYTES);
    }

    /** Copies the rows of examples {@code [first, first + count)}. */
    void sums(int first, int count, float[] to) {
        MemorySegment.copy(sums, HistoryLayout.FLOAT, first * HistoryLayout.SUMS_BYTES, to, 0,
                count * RunningSum.COUNT);
    }
}
