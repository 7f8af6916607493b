package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The two planes of a round of an epoch, on their way into a history.
 *
 * @param seen
 *            one bit for each example, set where it was presented; laid out as {@link HistoryLayout} describes
 * @param correct
 *            one bit for each example, set where it was presented and predicted right; laid out like {@code seen}
 */
record EpochPlanes(MemorySegment seen, MemorySegment correct) {

    /** Allocates empty planes. */
    static EpochPlanes allocate(HistoryLayout layout, Arena arena) {
        return new EpochPlanes(arena.allocate(layout.planeBytes(), HistoryLayout.ALIGNMENT),
                arena.allocate(layout.planeBytes(), HistoryLayout.ALIGNMENT));
    }

    /**
     * Returns the presentations in the planes, and how many of them were predicted right.
     *
     * @param examples
     *            the number of examples of the history
     */
    EpochTotals totals(int examples) {
        long presentations = ones(seen);
        return new EpochTotals(presentations, ones(correct), presentations == examples);
    }

    /** Tells whether nothing was presented. */
    boolean isEmpty() {
        return ones(seen) == 0;
    }

    private static long ones(MemorySegment plane) {
        long ones = 0;
        for (long at = 0; at < plane.byteSize(); at += Long.BYTES) {
            ones += Long.bitCount(plane.get(HistoryLayout.LONG, at));
        }
        return ones;
    }
}
