package dev.lethe.nativelib.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Memory on the host and on a device, in a few slots of equal size, through which data go to the device while it works:
 * the host fills a slot while the previous one is copied and the one before that is computed with. For each slot in
 * turn: {@link #next}, {@link #send}, then the work that reads it, then {@link #done}.
 */
interface Staging extends AutoCloseable {
    /** Returns the host's memory of the next slot, after its earlier content has been copied. */
    MemorySegment next();

    /**
     * Copies the first bytes of the slot to the device, after the earlier work on that slot; later work sees them.
     *
     * @return the slot, counted from 0
     */
    int send(long bytes);

    /** Notes that all work on the slot has been handed to the device. */
    void done();

    @Override
    void close();
}
