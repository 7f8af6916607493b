package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The record that makes a row part of the history. It is written, twice in one go, after everything that it vouches for
 * is on disk. An epoch exists once its last row does.
 *
 * @param row
 *            the number of rows up to this one, which is counted
 * @param epochContinues
 *            whether the next row belongs to the same epoch
 * @param slot
 *            the slot that holds the running sums up to this epoch
 * @param totals
 *            the presentations in the row
 * @param nonFinite
 *            the presentations of all epochs up to this one that came with a NaN or infinite value
 * @param seenChecksum
 *            the checksum of the <em>seen</em> plane; 0 where the plane was not written because every example was seen
 * @param correctChecksum
 *            the checksum of the <em>correct</em> plane
 * @param sumsChecksum
 *            the checksum of the slot
 */
record CommitRecord(int row, boolean epochContinues, int slot, EpochTotals totals, long nonFinite, int seenChecksum,
        int correctChecksum, int sumsChecksum) {

    /** Returns the bytes of the record: both copies, one after the other. */
    MemorySegment encode(Arena arena) {
        MemorySegment record = arena.allocate(HistoryLayout.COMMIT_COPIES * HistoryLayout.COMMIT_BYTES);
        record.set(HistoryLayout.INT, HistoryLayout.COMMIT_ROW, row);
        record.set(HistoryLayout.INT, HistoryLayout.COMMIT_SLOT, slot);
        record.set(HistoryLayout.INT, HistoryLayout.COMMIT_FLAGS,
                (totals.everyExampleSeen() ? HistoryLayout.FLAG_EVERY_EXAMPLE_SEEN : 0)
                        | (epochContinues ? HistoryLayout.FLAG_EPOCH_CONTINUES : 0));
        record.set(HistoryLayout.INT, HistoryLayout.COMMIT_SEEN_CHECKSUM, seenChecksum);
        record.set(HistoryLayout.INT, HistoryLayout.COMMIT_CORRECT_CHECKSUM, correctChecksum);
        record.set(HistoryLayout.INT, HistoryLayout.COMMIT_SUMS_CHECKSUM, sumsChecksum);
        record.set(HistoryLayout.LONG, HistoryLayout.COMMIT_PRESENTATIONS, totals.presentations());
        record.set(HistoryLayout.LONG, HistoryLayout.COMMIT_CORRECT, totals.correct());
        record.set(HistoryLayout.LONG, HistoryLayout.COMMIT_NON_FINITE, nonFinite);
        record.set(HistoryLayout.INT, HistoryLayout.COMMIT_CHECKSUM, checksum(record, 0));
        MemorySegment.copy(record, 0, record, HistoryLayout.COMMIT_BYTES, HistoryLayout.COMMIT_BYTES);
        return record;
    }

    /** Reads the record at {@code offset}: its first whole copy; empty where the row was not committed. */
    static Optional<CommitRecord> decode(MemorySegment history, long offset) {
        for (int copy = 0; copy < HistoryLayout.COMMIT_COPIES; copy++) {
            long at = offset + copy * HistoryLayout.COMMIT_BYTES;
            if (history.get(HistoryLayout.INT, at + HistoryLayout.COMMIT_CHECKSUM) == checksum(history, at)) {
                return Optional.of(decodeCopy(history.asSlice(at, HistoryLayout.COMMIT_BYTES)));
            }
        }
        return Optional.empty();
    }

    private static CommitRecord decodeCopy(MemorySegment record) {
        int flags = record.get(HistoryLayout.INT, HistoryLayout.COMMIT_FLAGS);
        EpochTotals totals = new EpochTotals(record.get(HistoryLayout.LONG, HistoryLayout.COMMIT_PRESENTATIONS),
                record.get(HistoryLayout.LONG, HistoryLayout.COMMIT_CORRECT),
                (flags & HistoryLayout.FLAG_EVERY_EXAMPLE_SEEN) != 0);
        return new CommitRecord(record.get(HistoryLayout.INT, HistoryLayout.COMMIT_ROW),
                (flags & HistoryLayout.FLAG_EPOCH_CONTINUES) != 0,
                record.get(HistoryLayout.INT, HistoryLayout.COMMIT_SLOT), totals,
                record.get(HistoryLayout.LONG, HistoryLayout.COMMIT_NON_FINITE),
                record.get(HistoryLayout.INT, HistoryLayout.COMMIT_SEEN_CHECKSUM),
                record.get(HistoryLayout.INT, HistoryLayout.COMMIT_CORRECT_CHECKSUM),
                record.get(HistoryLayout.INT, HistoryLayout.COMMIT_SUMS_CHECKSUM));
    }

    private static int checksum(MemorySegment memory, long offset) {
        return Checksum.of(memory.asSlice(offset, HistoryLayout.COMMIT_CHECKSUM));
    }
}
