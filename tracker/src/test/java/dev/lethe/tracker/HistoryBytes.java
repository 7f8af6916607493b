package dev.lethe.tracker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** The bytes of a history file, for tests that damage them. */
final class HistoryBytes {
    /** The offsets of the 32-bit numbers of a record, and of both halves of its 64-bit numbers. */
    private static final int[] RECORD_NUMBERS = {HistoryLayout.COMMIT_ROW, HistoryLayout.COMMIT_SLOT,
            HistoryLayout.COMMIT_FLAGS, HistoryLayout.COMMIT_SUMS_CHECKSUM, HistoryLayout.COMMIT_PRESENTATIONS,
            HistoryLayout.COMMIT_PRESENTATIONS + Integer.BYTES, HistoryLayout.COMMIT_CORRECT,
            HistoryLayout.COMMIT_CORRECT + Integer.BYTES, HistoryLayout.COMMIT_NON_FINITE};

    /** The bytes {@code [start, start + length)} of a file. */
    record Section(int start, int length) {}

    private HistoryBytes() {}

    /** Returns the layout of the histories of a specification. */
    static HistoryLayout layout(TrackerSpec spec) {
        return HistoryHeader.of(spec).layout();
    }

    /**
     * Returns the sections of a file: the header, the slots, and the records and planes of every epoch that there is
     * room for.
     */
    static List<Section> sections(TrackerSpec spec) {
        HistoryLayout layout = layout(spec);
        List<Section> sections = new ArrayList<>();
        sections.add(new Section(0, HistoryLayout.HEADER_CHECKSUM + Integer.BYTES));
        for (int slot = 0; slot < HistoryLayout.SLOTS; slot++) {
            sections.add(new Section((int) layout.sums(slot), (int) layout.slotBytes()));
        }
        for (int epoch = 0; epoch < spec.epochs(); epoch++) {
            sections.add(record(spec, epoch));
            sections.add(new Section((int) layout.correctPlane(epoch), (int) layout.planeBytes()));
            sections.add(new Section((int) layout.seenPlane(epoch), (int) layout.planeBytes()));
        }
        return sections;
    }

    /** Returns both copies of a commit record. */
    static Section record(TrackerSpec spec, int epoch) {
        return new Section((int) layout(spec).commit(epoch), HistoryLayout.COMMIT_COPIES * HistoryLayout.COMMIT_BYTES);
    }

    /** Puts a number into the header and corrects its checksum. */
    static void forge(byte[] bytes, int offset, int size, long value) {
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (size == Integer.BYTES) {
            header.putInt(offset, (int) value);
        } else {
            header.putLong(offset, value);
        }
        seal(bytes);
    }

    /** Corrects the checksum of the header. */
    static void seal(byte[] bytes) {
        seal(bytes, 0, HistoryLayout.HEADER_CHECKSUM);
    }

    /** Puts an extreme number into both copies of a commit record and corrects their checksums. */
    static void forgeRecord(byte[] bytes, TrackerSpec spec, int epoch, Random random) {
        int field = RECORD_NUMBERS[random.nextInt(RECORD_NUMBERS.length)];
        int[] extremes = {Integer.MIN_VALUE, -1, 0, 1, 2, spec.examples(), spec.examples() + 1, Integer.MAX_VALUE};
        int value = extremes[random.nextInt(extremes.length)];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int copy = 0; copy < HistoryLayout.COMMIT_COPIES; copy++) {
            int at = (int) layout(spec).commit(epoch) + copy * HistoryLayout.COMMIT_BYTES;
            buffer.putInt(at + field, value);
            seal(bytes, at, HistoryLayout.COMMIT_CHECKSUM);
        }
    }

    private static void seal(byte[] bytes, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, start, length);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(start + length, (int) crc.getValue());
    }
}
