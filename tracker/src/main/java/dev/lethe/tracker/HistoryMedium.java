package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The place where the bytes of a history are kept; the commit protocol is the same for a file and for memory. One
 * thread writes; only {@link #close} may come from another thread.
 */
interface HistoryMedium extends AutoCloseable {

    /** Returns the history's name in messages. */
    String name();

    /** Writes all of {@code bytes} at {@code offset}. */
    void write(long offset, MemorySegment bytes) throws IOException;

    /** Waits until everything written so far is durable. */
    void force() throws IOException;

    /** Opens the epochs committed so far. */
    History history() throws IOException;

    /**
     * Checks everything committed so far, and returns the end of it.
     *
     * @param arena
     *            the arena from which the sums of the result are allocated
     */
    HistoryEnd end(Arena arena) throws IOException;

    @Override
    void close() throws IOException;
}
