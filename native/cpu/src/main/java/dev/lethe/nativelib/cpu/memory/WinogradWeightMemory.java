package dev.lethe.nativelib.cpu.memory;

import dev.lethe.nativelib.ffm.HugePageArena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for weights at the points of Winograd's convolution, which all workers of a program fill and read. Operations
 * of a plan take two places in turn: a worker that fills one has passed the barrier after the filling of the other, so
 * nobody reads any more what it overwrites. The barriers order the plain accesses.
 */
public final class WinogradWeightMemory {
    private static final int PLACES = 2;

    private final HugePageArena arena;
    private final MemorySegment[] places = new MemorySegment[PLACES]; // (points, inputs, outputs) floats, padded
    private long bytes;

    /**
     * Makes memory that is allocated when it is first asked for.
     *
     * @param arena source of the memory; the caller closes it
     */
    public WinogradWeightMemory(HugePageArena arena) {
        this.arena = arena;
    }

    /** Asks for a least number of bytes; all operations ask before the first calls {@link #place}. */
    public void need(long atLeast) {
        bytes = Math.max(bytes, atLeast);
    }

    /**
     * Returns the memory of an operation's weights.
     *
     * @param number number of the operation among those of its plan that use this memory
     */
    public MemorySegment place(int number) {
        int place = number % PLACES;
        if (places[place] == null) {
            places[place] = arena.allocateUninitialized(bytes);
        }
        return places[place];
    }

    /** Returns the bytes allocated so far. */
    public long allocated() {
        long sum = 0;
        for (MemorySegment place : places) {
            sum += place == null ? 0 : place.byteSize();
        }
        return sum;
    }
}
