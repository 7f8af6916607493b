package dev.lethe.tracker;

import dev.lethe.tracker.table.PlaneTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The places in memory of the planes of a history's first rows.
 *
 * @param memory
 *            the memory that holds all of them
 * @param correctStart
 *            the offset of the <em>correct</em> plane of row 0; those of the other rows follow without a gap
 * @param seenStart
 *            the offset of the <em>seen</em> plane of row 0; those of the other rows follow without a gap
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
     * @param layout
     *            the layout of the history
     * @param rows
     *            the number of rows
     * @param seen
     *            whether <em>seen</em> planes need memory; if not, every example was seen in every row, and nobody
     *            reads them
     * @param arena
     *            the arena from which the memory is allocated
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
     * Makes the table of some rows, for a scan.
     *
     * @param examples
     *            the number of examples
     * @param first
     *            the first of the rows
     * @param everySeen
     *            one word for each row: see {@link PlaneTable}
     */
    PlaneTable table(int examples, int first, long[] everySeen) {
        return new PlaneTable(memory, examples, correctStart + first * planeBytes, seenStart + first * planeBytes,
                planeBytes, everySeen);
    }
}
