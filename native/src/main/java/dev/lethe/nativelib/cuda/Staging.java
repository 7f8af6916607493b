package dev.lethe.nativelib.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Memory on the host and on a device, in a few slots of the same size, through which data go to the device while it
 * works: the host fills a slot while the one before is copied and the one before that is computed with. For each slot
 * in turn: {@link #next}, {@link #send}, then the work that reads it, then {@link #done}.
 */
interface Staging extends AutoCloseable {
    /** The host's memory of the next slot, after what it held before has been copied. */
    MemorySegment next();

    /**
     * Copies the first bytes of the slot to the device, after the work that was asked for when the device's slot was
     * last used; work that is asked for from now on sees them.
     *
     * @return the slot, counted from 0
     */
    int send(long bytes);

    /** All work that reads the slot has been asked for. */
    void done();

    @Override
    void close();
}
