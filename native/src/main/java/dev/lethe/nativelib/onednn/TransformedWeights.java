package dev.lethe.nativelib.onednn;

import dev.lethe.nativelib.HugePageArena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for weights at the points of Winograd's convolution, which all workers of a program fill and read. Operations
 * of a plan take two places in turn: a worker that fills one has passed the barrier behind the filling of the other, so
 * nobody reads any more what it overwrites.
 */
final class TransformedWeights {
    private static final int PLACES = 2;

    private final HugePageArena arena;
    private final MemorySegment[] places = new MemorySegment[PLACES];
    private long bytes;

    TransformedWeights(HugePageArena arena) {
        this.arena = arena;
    }

    /** Says how much an operation needs; all say so before the first asks for {@link #place}. */
    void need(long atLeast) {
        bytes = Math.max(bytes, atLeast);
    }

    /** Where the operation with that number among those of its plan has its weights. */
    MemorySegment place(int number) {
        int place = number % PLACES;
        if (places[place] == null) {
            places[place] = arena.allocateUninitialized(bytes);
        }
        return places[place];
    }

    /** How much memory there is. */
    long allocated() {
        long sum = 0;
        for (MemorySegment place : places) {
            sum += place == null ? 0 : place.byteSize();
        }
        return sum;
    }
}
