package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The places in memory of the planes of a history's first rows.
 *
 * @param memory
 *            holds all of them
 * @param correctStart
 *            where the <em>correct</em> plane of row 0 starts; those of other rows follow without a gap
 * @param seenStart
 *            where the <em>seen</em> plane of row 0 starts
 * @param planeBytes
 *            the bytes of a plane
 */
record HistoryPlanes(MemorySegment memory, long correctStart, long seenStart, long planeBytes) {

    /** Locates the planes of a history that is in memory as a whole. */
    static HistoryPlanes in(MemorySegment history, HistoryLayout layout) {
        return new HistoryPlanes(history, layout.correctPlane(0), layout.seenPlane(0), layout.planeBytes());
    }

    /**
     * Allocates memory for planes, all zeros.
     *
     * @param seen
     *            whether seen planes need memory; if not, every example was seen in every row, and nobody reads them
     */
    static HistoryPlanes allocate(HistoryLayout layout, int rows, boolean seen, Arena arena) {
        long bytes = rows * layout.planeBytes();
        return new HistoryPlanes(arena.allocate(seen ? 2 * bytes : bytes, HistoryLayout.ALIGNMENT), 0, seen ? bytes : 0,
                layout.planeBytes());
    }

    HistoryPlanes asReadOnly() {
        return new HistoryPlanes(memory.asReadOnly(), correctStart, seenStart, planeBytes);
    }

    MemorySegment correct(int row) {
        return memory.asSlice(correctStart + row * planeBytes, planeBytes);
    }

    MemorySegment seen(int row) {
        return memory.asSlice(seenStart + row * planeBytes, planeBytes);
    }

    /**
     * Makes the table of some rows that a scan takes.
     *
     * @param first
     *            the first of them
     * @param everySeen
     *            one word a row, see {@link PlaneTable}
     */
    PlaneTable table(int examples, int first, long[] everySeen) {
        return new PlaneTable(memory, examples, correctStart + first * planeBytes, seenStart + first * planeBytes,
                planeBytes, everySeen);
    }
}
