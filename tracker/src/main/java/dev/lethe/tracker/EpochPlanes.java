package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The two planes of a round of an epoch, on their way into a history.
 *
 * @param seen
 *            one bit an example, as {@link HistoryLayout} has it
 * @param correct
 *            the same
 */
record EpochPlanes(MemorySegment seen, MemorySegment correct) {

    /** Empty planes. */
    static EpochPlanes allocate(HistoryLayout layout, Arena arena) {
        return new EpochPlanes(arena.allocate(layout.planeBytes(), HistoryLayout.ALIGNMENT),
                arena.allocate(layout.planeBytes(), HistoryLayout.ALIGNMENT));
    }

    /** How many bits are set. */
    EpochTotals totals(int examples) {
        long presentations = ones(seen);
        return new EpochTotals(presentations, ones(correct), presentations == examples);
    }

    /** Whether nothing was presented. */
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
