package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The bytes of a history that is being opened, at the offsets of {@link HistoryLayout}. A writer may add to them. */
interface HistorySource {

    /** Returns how many bytes there are. */
    long size() throws IOException;

    /** Fills {@code target} with the bytes from {@code offset} on. */
    void read(long offset, MemorySegment target) throws IOException;

    /**
     * Returns where the planes of the first rows are to be once each of them was {@linkplain #read read}.
     *
     * @param seen
     *            whether there are seen planes to be read
     * @param arena
     *            gives memory to planes that are not in memory yet
     */
    HistoryPlanes places(HistoryLayout layout, int rows, boolean seen, Arena arena);
}
