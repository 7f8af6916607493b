package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The bytes of a history that is being opened, at the offsets of {@link HistoryLayout}. A writer may add to them. */
interface HistorySource {

    /** Returns the number of bytes. */
    long size() throws IOException;

    /** Fills {@code target} with the bytes from {@code offset} on. */
    void read(long offset, MemorySegment target) throws IOException;

    /**
     * Returns the places of the planes of the first rows, into which {@link #read} is to bring them.
     *
     * @param layout
     *            the layout of the history
     * @param rows
     *            the number of rows
     * @param seen
     *            whether there are <em>seen</em> planes to be read
     * @param arena
     *            the arena from which planes that are not in memory yet are allocated
     */
    HistoryPlanes places(HistoryLayout layout, int rows, boolean seen, Arena arena);
}
