package dev.lethe.tracker;

import dev.lethe.tracker.table.PlaneTable;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The layout of the bytes of a history, format {@value #MAJOR}.{@value #MINOR}. Everything is little endian; sections
 * start on a {@value #PAGE}-byte page; bytes that are not named are zero. A <em>row</em> is a pair of planes: that of
 * an epoch, or of one round of an epoch with {@link Repeats}. {@code docs/format.md} says how to read and write it.
 *
 * <pre>
 *  offset
 *       0 +--------------------------------------------------------------------+
 *         | header                                                             |  1 page
 *    4096 +--------------------------------------------------------------------+
 *         | commit records, 128 bytes a row, each one twice                    |
 *         +--------------------------------------------------------------------+
 *         | sums, slot 0: 5 float32 an example, the slot padded to 64 bytes    |
 *         +--------------------------------------------------------------------+
 *         | sums, slot 1                                                       |
 *         +--------------------------------------------------------------------+
 *         | correct planes: 1 bit an example, planes padded to 64 bytes        |
 *         +--------------------------------------------------------------------+
 *         | seen planes                                                        |
 *         +--------------------------------------------------------------------+  file length
 *
 *  header     0               8       12      16              24              32              40
 *            +---------------+-------+-------+---------------+---------------+---------------+
 *            | magic         | major | minor | examples      | rows          | file length   |
 *            +---------------+-------+-------+---------------+---------------+---------------+
 *            40                              72                              104     108     112
 *            +-------------------------------+-------------------------------+-------+-------+
 *            | data-set fingerprint          | configuration hash            |repeats| CRC   |
 *            +-------------------------------+-------------------------------+-------+-------+
 *
 *  commit     0       4       8       12      16      20      24              32              40              48
 *  record     +-------+-------+-------+-------+-------+-------+---------------+---------------+---------------+
 *            | row   | slot  | flags | CRC   | CRC   | CRC   | presentations | correct       | non-finite    |
 *            |       |       |       | seen  |correct| sums  |               |               | so far        |
 *            +-------+-------+-------+-------+-------+-------+---------------+---------------+---------------+
 *            48                              60      64
 *            +-------------------------------+-------+
 *            | reserved                      | CRC   |   followed by the same 64 bytes again
 *            +-------------------------------+-------+
 *
 *  plane      example i is bit i % 64 of word i / 64
 * </pre>
 *
 * @param examples
 *            the number of examples of the history
 * @param rows
 *            the number of rows that there is room for
 */
public record HistoryLayout(int examples, int rows) {
    /** The first eight bytes, 89 L E T H E CR LF: they are not text, and any conversion of line ends breaks them. */
    public static final long MAGIC = 0x0A0D_4548_5445_4C89L;
    /** The major version of the format: readers refuse others. */
    public static final int MAJOR = 1;
    /** The minor version of the format: readers accept newer ones, writers do not. */
    public static final int MINOR = 0;
    /** The alignment of sections, in bytes. */
    public static final int PAGE = 4096;
    /** The alignment of planes and slots, in bytes. */
    public static final int ALIGNMENT = PlaneTable.ALIGNMENT;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The number of slots of running sums, which are used in turn. */
    static final int SLOTS = 2;
    /** Bytes of the running sums of one example, in the order of their {@linkplain RunningSum#column columns}. */
    static final long SUMS_BYTES = (long) RunningSum.COUNT * Float.BYTES;

    static final int HEADER_MAGIC = 0;
    static final int HEADER_MAJOR = 8;
    static final int HEADER_MINOR = 12;
    static final int HEADER_EXAMPLES = 16;
    static final int HEADER_ROWS = 24;
    static final int HEADER_FILE_BYTES = 32;
    static final int HEADER_FINGERPRINT = 40;
    static final int HEADER_CONFIGURATION = 72;
    static final int HEADER_REPEATS = 104;
    static final int HEADER_CHECKSUM = 108;
    static final int HEADER_BYTES = PAGE;

    static final int COMMIT_ROW = 0;
    static final int COMMIT_SLOT = 4;
    static final int COMMIT_FLAGS = 8;
    static final int COMMIT_SEEN_CHECKSUM = 12;
    static final int COMMIT_CORRECT_CHECKSUM = 16;
    static final int COMMIT_SUMS_CHECKSUM = 20;
    static final int COMMIT_PRESENTATIONS = 24;
    static final int COMMIT_CORRECT = 32;
    static final int COMMIT_NON_FINITE = 40;
    static final int COMMIT_CHECKSUM = 60;
    static final int COMMIT_BYTES = 64;
    static final int COMMIT_COPIES = 2;

    /** Commit flag of a row in which every example was seen: its <em>seen</em> plane was not written. */
    static final int FLAG_EVERY_EXAMPLE_SEEN = 1;
    /** Commit flag of a row whose epoch continues in the next row, and does not exist without that row. */
    static final int FLAG_EPOCH_CONTINUES = 2;

    /** Returns the layout of the history of a tracker. */
    public static HistoryLayout of(TrackerSpec spec) {
        return new HistoryLayout(spec.examples(), spec.epochs());
    }

    /** Returns the offset of a row's commit record. */
    public long commit(int row) {
        return HEADER_BYTES + (long) row * COMMIT_COPIES * COMMIT_BYTES;
    }

    /**
     * Returns the offset of a slot of running sums.
     *
     * @param slot
     *            the slot, 0 or 1
     */
    public long sums(int slot) {
        return pages(commit(rows)) + slot * pages(slotBytes());
    }

    /** Returns the bytes of a slot, padding included. */
    public long slotBytes() {
        return align(examples * SUMS_BYTES, ALIGNMENT);
    }

    /** Returns the offset of an example's running sum in a slot. */
    static long sum(int example, RunningSum sum) {
        return example * SUMS_BYTES + (long) sum.column() * Float.BYTES;
    }

    /** Returns the offset of a row's <em>correct</em> plane. */
    public long correctPlane(int row) {
        return sums(0) + SLOTS * pages(slotBytes()) + row * planeBytes();
    }

    /** Returns the offset of a row's <em>seen</em> plane. */
    public long seenPlane(int row) {
        return pages(correctPlane(rows)) + row * planeBytes();
    }

    /** Returns the bytes of a plane, padding included. */
    public long planeBytes() {
        return align(((long) examples + Byte.SIZE - 1) / Byte.SIZE, ALIGNMENT);
    }

    /** Returns the length of the file. */
    public long fileBytes() {
        return pages(seenPlane(rows));
    }

    private static long pages(long bytes) {
        return align(bytes, PAGE);
    }

    private static long align(long bytes, int alignment) {
        return (bytes + alignment - 1) / alignment * alignment;
    }
}
