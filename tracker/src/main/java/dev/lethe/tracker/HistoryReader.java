package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the bytes of a history and opens what was committed to it. Safe while another process or thread commits:
 * planes of committed rows never change, and the running sums, whose slot a writer uses again two commits later, are
 * copied and the copy is checked.
 */
final class HistoryReader {
    private final String name;
    private final MemorySegment bytes;
    private final HistoryHeader header;
    private final HistoryLayout layout;

    private HistoryReader(String name, MemorySegment bytes) throws HistoryException {
        this.name = name;
        this.bytes = bytes;
        this.header = HistoryHeader.decode(name, bytes);
        this.layout = header.layout();
    }

    /**
     * Opens the history in {@code bytes}. The result takes ownership of {@code arena}, and calls {@code release} when
     * it is closed; if this method fails both stay with the caller.
     *
     * @throws HistoryException
     *             if the bytes are not a whole, unaltered history of a known version
     */
    static History read(String name, MemorySegment bytes, Arena arena, Runnable release) throws HistoryException {
        HistoryReader reader = new HistoryReader(name, bytes);
        MemorySegment sums = arena.allocate(reader.layout.slotBytes(), HistoryLayout.ALIGNMENT);
        List<CommitRecord> rows = reader.committedRows();
        while (!reader.copySums(rows, sums)) {
            List<CommitRecord> now = reader.committedRows();
            if (now.size() == rows.size()) {
                throw reader.altered(rows.isEmpty()
                        ? "the commit record of row=0, though there are running sums of a later one"
                        : "the running sums of row=" + (rows.size() - 1));
            }
            rows = now; // a writer overtook the copy
        }
        reader.checkPlanes(rows);
        long nonFinite = rows.isEmpty() ? 0 : rows.getLast().nonFinite();
        return new History(new History.Source(name, reader.header.spec(), reader.header.minor(), arena, release), bytes,
                HistoryRows.of(rows), sums, nonFinite);
    }

    /** The rows of whole epochs: those of an epoch whose last row is missing were left by an unfinished commit. */
    private List<CommitRecord> committedRows() throws HistoryException {
        List<CommitRecord> rows = new ArrayList<>();
        int row = 0;
        for (; row < layout.rows(); row++) {
            Optional<CommitRecord> record = CommitRecord.decode(bytes, layout.commit(row));
            if (record.isEmpty()) {
                break;
            }
            checkRecord(record.get(), row);
            rows.add(record.get());
        }
        for (int later = row + 1; later < layout.rows(); later++) {
            Optional<CommitRecord> record = CommitRecord.decode(bytes, layout.commit(later));
            if (record.isPresent() && !record.get().epochGoesOn() && !committedMeanwhile(row)) {
                throw altered("the commit record of row=" + row + ", before that of row=" + later);
            }
        }
        while (!rows.isEmpty() && rows.getLast().epochGoesOn()) {
            rows.removeLast();
        }
        return rows;
    }

    private boolean committedMeanwhile(int row) {
        return CommitRecord.decode(bytes, layout.commit(row)).isPresent();
    }

    private void checkRecord(CommitRecord record, int row) throws HistoryException {
        long presentations = record.totals().presentations();
        if (record.row() != row + 1 || record.slot() < 0 || record.slot() >= HistoryLayout.SLOTS || presentations < 0
                || presentations > layout.examples()) {
            throw altered("the commit record of row=" + row);
        }
    }

    /** Copies the newest sums; false if the copy is not what the records say. */
    private boolean copySums(List<CommitRecord> rows, MemorySegment sums) {
        if (rows.isEmpty()) {
            return !sumsWithoutRecords();
        }
        CommitRecord newest = rows.getLast();
        MemorySegment.copy(bytes, layout.sums(newest.slot()), sums, 0, layout.slotBytes());
        return Checksum.of(sums) == newest.sumsChecksum();
    }

    /**
     * Whether the commit records were all destroyed: slot 1 is only written once epoch 0 is committed. Without this a
     * damaged history would pass for a new one, and be written over. Its first page tells, unless none of the page's
     * 204 examples was presented in two epochs, and is read as quickly for any number of examples.
     */
    private boolean sumsWithoutRecords() {
        long bytesOfPage = Math.min(HistoryLayout.PAGE, layout.slotBytes());
        for (long at = 0; at < bytesOfPage; at += Long.BYTES) {
            if (bytes.get(HistoryLayout.LONG, layout.sums(1) + at) != 0) {
                return true;
            }
        }
        return false;
    }

    private void checkPlanes(List<CommitRecord> rows) throws HistoryException {
        for (int row = 0; row < rows.size(); row++) {
            CommitRecord commit = rows.get(row);
            if (Checksum.of(bytes.asSlice(layout.correctPlane(row), layout.planeBytes())) != commit
                    .correctChecksum()) {
                throw altered("the correct plane of row=" + row);
            }
            if (!commit.totals().everyExampleSeen()
                    && Checksum.of(bytes.asSlice(layout.seenPlane(row), layout.planeBytes())) != commit
                            .seenChecksum()) {
                throw altered("the seen plane of row=" + row);
            }
        }
    }

    private HistoryException altered(String what) {
        return new HistoryException(name, "altered, checksum mismatch in " + what + ": restore it from a copy");
    }
}
