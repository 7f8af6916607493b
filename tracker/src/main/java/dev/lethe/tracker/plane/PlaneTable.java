package dev.lethe.tracker.plane;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where the bit planes of some epochs lie: two matrices of little-endian 64-bit words, one row an epoch (or a round of
 * one with repeats), bit {@code i % 64} of word {@code i / 64} for example {@code i}. A view; whoever made it owns the
 * memory.
 *
 * @param memory
 *            holds both matrices; open to every thread where there are more examples than {@link ExampleParts#SIZE}
 * @param examples
 *            bits of a plane that stand for examples; the rest of a plane is padding
 * @param correctOffset
 *            where the first <em>correct</em> plane starts, in bytes
 * @param seenOffset
 *            where the first <em>seen</em> plane starts, in bytes
 * @param planeBytes
 *            from one row's plane to the next, in bytes: a multiple of {@value #ALIGNMENT}
 * @param everySeen
 *            one word a row: all ones where every example was seen, so that the <em>seen</em> plane is not read; 0
 *            elsewhere
 */
public record PlaneTable(MemorySegment memory, int examples, long correctOffset, long seenOffset, long planeBytes,
        long[] everySeen) {

    /** Planes are padded to this many bytes, so that a scan reads whole 512-bit vectors. */
    public static final int ALIGNMENT = 64;

    /** A word of a plane. */
    public static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Checks that the planes lie inside the memory. */
    public PlaneTable {
        long bytes = planeBytes * everySeen.length;
        if (planeBytes % ALIGNMENT != 0 || planeBytes * Byte.SIZE < examples || correctOffset < 0 || seenOffset < 0
                || Math.max(correctOffset, seenOffset) + bytes > memory.byteSize()) {
            throw new IllegalArgumentException("planes outside their memory: examples=" + examples + " rows="
                    + everySeen.length + " planeBytes=" + planeBytes + " correctOffset=" + correctOffset
                    + " seenOffset=" + seenOffset + " memory=" + memory.byteSize());
        }
    }

    /** The rows that a scan covers. */
    public int rows() {
        return everySeen.length;
    }

    /** The 64-bit words of a plane, padding included. */
    public int words() {
        return (int) (planeBytes / Long.BYTES);
    }

    /** Where a word of a row's <em>correct</em> plane lies, in bytes. */
    public long correctWord(int row, int word) {
        return correctOffset + row * planeBytes + (long) word * Long.BYTES;
    }

    /** Where a word of a row's <em>seen</em> plane lies, in bytes. */
    public long seenWord(int row, int word) {
        return seenOffset + row * planeBytes + (long) word * Long.BYTES;
    }
}
