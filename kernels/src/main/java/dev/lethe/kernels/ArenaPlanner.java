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
    private final int alignment;
    private final int gap;

    /** Begins with no buffers. */
    public ArenaPlanner() {
        this(ALIGNMENT, 0);
    }

    /**
     * Begins with no buffers.
     *
     * @param alignment number of bytes that offsets are multiples of
     * @param gap bytes that are left free behind each buffer, at least
     */
    public ArenaPlanner(int alignment, int gap) {
        this.alignment = alignment;
        this.gap = gap;
    }

    private record Buffer(Object key, long bytes, int firstUse, int lastUse) {
        boolean livesWith(Buffer other) {
            return firstUse <= other.lastUse && other.firstUse <= lastUse;
        }

        Buffer alsoUsed(long atLeast, int index) {
            return new Buffer(key, Math.max(bytes, atLeast), Math.min(firstUse, index), Math.max(lastUse, index));
        }
    }

    private record Placed(Buffer buffer, long offset, long end) {}

    /**
     * The place of a buffer in a block and in time.
     *
     * @param offset first byte
     * @param bytes size of its largest use
     * @param firstUse number of the first operation that uses it
     * @param lastUse number of the last operation that uses it
     */
    public record Place(long offset, long bytes, int firstUse, int lastUse) {}

    /**
     * The places of the buffers in a block.
     *
     * @param places place of each buffer, by its key
     * @param bytes size of the block
     */
    public record Layout(Map<Object, Place> places, long bytes) {
        /** Keeps copies that do not change. */
        public Layout {
            places = Map.copyOf(places);
        }

        /** Returns the offset of a buffer in bytes. */
        public long offset(Object key) {
            Place place = places.get(key);
            if (place == null) {
                throw new IllegalArgumentException("no buffer was planned for " + key);
            }
            return place.offset;
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
        Buffer used = new Buffer(key, bytes, index, index);
        buffers.merge(key, used, (buffer, next) -> buffer.alsoUsed(next.bytes, index));
    }

    /** Returns the bytes that a buffer takes in the block. */
    private long taken(Buffer buffer) {
        return roundUp(buffer.bytes + gap, alignment);
    }

    /** Places all buffers; the same uses in the same order give the same layout. */
    public Layout plan() {
        List<Buffer> bySize = buffers.values().stream().sorted(Comparator.comparingLong(this::taken).reversed())
                .toList();
        List<Placed> placed = new ArrayList<>();
        Map<Object, Place> places = new HashMap<>();
        long bytes = 0;
        for (Buffer buffer : bySize) {
            long offset = lowestFreeOffset(buffer, placed);
            long end = offset + taken(buffer);
            placed.add(new Placed(buffer, offset, end));
            places.put(buffer.key, new Place(offset, buffer.bytes, buffer.firstUse, buffer.lastUse));
            bytes = Math.max(bytes, end);
        }
        return new Layout(places, bytes);
    }

    private long lowestFreeOffset(Buffer buffer, List<Placed> placed) {
        long offset = 0;
        for (Placed other : placed.stream().filter(p -> p.buffer.livesWith(buffer))
                .sorted(Comparator.comparingLong(Placed::offset)).toList()) {
            if (offset + taken(buffer) <= other.offset) {
                break;
            }
            offset = Math.max(offset, other.end);
        }
        return offset;
    }

    /** Rounds a size up to the {@link #ALIGNMENT}. */
    public static long align(long bytes) {
        return roundUp(bytes, ALIGNMENT);
    }

    private static long roundUp(long bytes, int unit) {
        return (bytes + unit - 1) / unit * unit;
    }
}
