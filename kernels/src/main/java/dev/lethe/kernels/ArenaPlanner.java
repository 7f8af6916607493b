package dev.lethe.kernels;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A planner that packs buffers into one block of memory so that buffers whose lifetimes overlap share no bytes. It is
 * greedy by size: it places the largest buffer first, each at the lowest offset that is free for its whole lifetime.
 */
public final class ArenaPlanner {
    /** Offsets are multiples of this many bytes: a cache line, and the widest vector. */
    public static final int ALIGNMENT = 64;

    private final Map<Object, Buffer> buffers = new LinkedHashMap<>();

    /** Begins with no buffers. */
    public ArenaPlanner() {}

    private record Buffer(Object key, long bytes, int firstUse, int lastUse) {
        boolean livesWith(Buffer other) {
            return firstUse <= other.lastUse && other.firstUse <= lastUse;
        }

        Buffer alsoUsed(long atLeast, int index) {
            return new Buffer(key, Math.max(bytes, atLeast), Math.min(firstUse, index), Math.max(lastUse, index));
        }
    }

    private record Placed(Buffer buffer, long offset) {
        long end() {
            return offset + buffer.bytes;
        }
    }

    /**
     * The places of the buffers in a block.
     *
     * @param offsets first byte of each buffer, by its key
     * @param bytes size of the block
     */
    public record Layout(Map<Object, Long> offsets, long bytes) {
        public Layout {
            offsets = Map.copyOf(offsets);
        }

        /** Returns the offset of a buffer in bytes. */
        public long offset(Object key) {
            Long offset = offsets.get(key);
            if (offset == null) {
                throw new IllegalArgumentException("no buffer was planned for " + key);
            }
            return offset;
        }
    }

    /**
     * Notes a use of a buffer, which lives from the first to the last operation that uses it.
     *
     * @param key name of the buffer in the layout
     * @param bytes size of the buffer; the largest of all uses counts
     * @param index number of the operation that uses the buffer
     */
    public void use(Object key, long bytes, int index) {
        if (bytes < 0) {
            throw new IllegalArgumentException("buffer " + key + " has bytes=" + bytes);
        }
        Buffer used = new Buffer(key, align(bytes), index, index);
        buffers.merge(key, used, (buffer, next) -> buffer.alsoUsed(next.bytes, index));
    }

    /** Places all buffers; the same uses in the same order give the same layout. */
    public Layout plan() {
        List<Buffer> bySize = buffers.values().stream().sorted(Comparator.comparingLong(Buffer::bytes).reversed())
                .toList();
        List<Placed> placed = new ArrayList<>();
        Map<Object, Long> offsets = new HashMap<>();
        long bytes = 0;
        for (Buffer buffer : bySize) {
            long offset = lowestFreeOffset(buffer, placed);
            placed.add(new Placed(buffer, offset));
            offsets.put(buffer.key, offset);
            bytes = Math.max(bytes, offset + buffer.bytes);
        }
        return new Layout(offsets, bytes);
    }

    private static long lowestFreeOffset(Buffer buffer, List<Placed> placed) {
        long offset = 0;
        for (Placed other : placed.stream().filter(p -> p.buffer.livesWith(buffer))
                .sorted(Comparator.comparingLong(Placed::offset)).toList()) {
            if (offset + buffer.bytes <= other.offset) {
                break;
            }
            offset = Math.max(offset, other.end());
        }
        return offset;
    }

    /** Rounds a size up to the {@link #ALIGNMENT}. */
    public static long align(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
