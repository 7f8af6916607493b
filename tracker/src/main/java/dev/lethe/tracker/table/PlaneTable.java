package dev.lethe.tracker.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The places of the bit planes of some epochs: two matrices of little-endian 64-bit words, with one row for each epoch
 * (or each round of an epoch with repeats); bit {@code i % 64} of word {@code i / 64} stands for example {@code i}. A
 * table is a view, which does not own its memory.
 *
 * @param memory
 *            the memory of both matrices; open to every thread where there are more than
 *            131,072 examples, which several threads scan
 * @param examples
 *            the number of bits of a plane that stand for examples; the rest of a plane is padding
 * @param correctOffset
 *            the offset of the first <em>correct</em> plane, in bytes
 * @param seenOffset
 *            the offset of the first <em>seen</em> plane, in bytes
 * @param planeBytes
 *            the distance from one row's plane to the next, in bytes: a multiple of {@value #ALIGNMENT}
 * @param everySeen
 *            one word for each row: all ones where every example was seen, so that the <em>seen</em> plane is not read;
 *            0 elsewhere
 */
public record PlaneTable(MemorySegment memory, int examples, long correctOffset, long seenOffset, long planeBytes,
        long[] everySeen) {

    /** The alignment to which planes are padded, in bytes, so that a scan reads whole 512-bit vectors. */
    public static final int ALIGNMENT = 64;

    /** The layout of a word of a plane. */
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

    /** Returns the number of rows. */
    public int rows() {
        return everySeen.length;
    }

    /** Returns the number of 64-bit words of a plane, padding included. */
    public int words() {
        return (int) (planeBytes / Long.BYTES);
    }

    /** Returns the offset of a word of a row's <em>correct</em> plane, in bytes. */
    public long correctWord(int row, int word) {
        return correctOffset + row * planeBytes + (long) word * Long.BYTES;
    }

    /** Returns the offset of a word of a row's <em>seen</em> plane, in bytes. */
    public long seenWord(int row, int word) {
        return seenOffset + row * planeBytes + (long) word * Long.BYTES;
    }
}
