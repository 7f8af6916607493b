package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A reader that checks the bytes of a history and opens the epochs committed to it. It is safe while another process or
 * thread commits: the running sums, whose slot a writer uses again two commits later, are copied and the copy is
 * checked; planes of committed rows do not change, unless the writer withdraws a commit that failed, after which its
 * record is another.
 */
final class HistoryReader {
    private static final int RECORD_BYTES = HistoryLayout.COMMIT_COPIES * HistoryLayout.COMMIT_BYTES;
    /** The most records that are read in one go. */
    private static final int RECORDS = 512;

    private final String name;
    private final HistorySource source;
    private final HistoryHeader header;
    private final HistoryLayout layout;
    private final MemorySegment records = MemorySegment.ofArray(new byte[RECORDS * RECORD_BYTES]);
    private int recordsFrom;
    private int recordsTo;

    private HistoryReader(String name, HistorySource source) throws IOException {
        this.name = name;
        this.source = source;
        long size = source.size();
        MemorySegment page = MemorySegment.ofArray(new byte[(int) Math.min(HistoryLayout.HEADER_BYTES, size)]);
        source.read(0, page);
        this.header = HistoryHeader.decode(name, page, size);
        this.layout = header.layout();
    }

    /**
     * Opens the history in {@code source}. The result takes ownership of {@code arena}, and runs {@code release} when
     * it is closed; if this method fails, both stay with the caller.
     *
     * @param name
     *            the name of the history, for messages
     * @param source
     *            the bytes of the history
     * @param arena
     *            the arena from which the history's memory is allocated
     * @param release
     *            runs when the history is closed
     * @throws HistoryException
     *             if it is not a whole, unaltered history of a known version
     * @throws IOException
     *             if the source cannot be read
     */
    static History open(String name, HistorySource source, Arena arena, Runnable release) throws IOException {
        HistoryReader reader = new HistoryReader(name, source);
        MemorySegment sums = arena.allocate(reader.layout.slotBytes(), HistoryLayout.ALIGNMENT);
        while (true) { // once, unless a commit is withdrawn meanwhile
            List<CommitRecord> rows = reader.readSums(sums);
            boolean seen = rows.stream().anyMatch(row -> !row.totals().everyExampleSeen());
            HistoryPlanes planes = source.places(reader.layout, rows.size(), seen, arena);
            if (reader.readPlanes(rows, planes::correct, planes::seen)) {
                return new History(new History.Source(name, reader.header.spec(), arena, release), planes,
                        HistoryRows.of(rows), sums, nonFinite(rows));
            }
        }
    }

    /**
     * Checks all of the history in {@code source}, and returns its end.
     *
     * @param name
     *            the name of the history, for messages
     * @param source
     *            the bytes of the history
     * @param arena
     *            the arena from which the sums of the result are allocated
     * @throws HistoryException
     *             if it is not a whole, unaltered history of a known version
     * @throws IOException
     *             if the source cannot be read
     */
    static HistoryEnd end(String name, HistorySource source, Arena arena) throws IOException {
        HistoryReader reader = new HistoryReader(name, source);
        MemorySegment sums = arena.allocate(reader.layout.slotBytes(), HistoryLayout.ALIGNMENT);
        List<CommitRecord> rows;
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment plane = scratch.allocate(reader.layout.planeBytes(), HistoryLayout.ALIGNMENT);
            do {
                rows = reader.readSums(sums);
            } while (!reader.readPlanes(rows, _ -> plane, _ -> plane));
        }
        return new HistoryEnd(reader.header.spec(), reader.header.minor(), rows.size(),
                HistoryRows.of(rows).epochs(), sums.asSlice(0, reader.layout.examples() * HistoryLayout.SUMS_BYTES),
                nonFinite(rows), 0);
    }

    /**
     * Checks all of the history in {@code source}, and returns its end after a number of epochs: all of them, or all
     * but the last, up to which the other slot has the running sums.
     *
     * @param name
     *            the name of the history, for messages
     * @param source
     *            the bytes of the history, which nobody writes meanwhile
     * @param arena
     *            the arena from which the sums of the result are allocated
     * @param epochs
     *            the number of epochs
     * @throws HistoryException
     *             if it is not a whole, unaltered history of a known version, or does not have the running sums up to
     *             that epoch
     * @throws IOException
     *             if the source cannot be read
     */
    static HistoryEnd end(String name, HistorySource source, Arena arena, int epochs) throws IOException {
        HistoryEnd end = end(name, source, arena);
        if (end.epochs() == epochs) {
            return end;
        }
        String found = "epochs=" + end.epochs() + " of which it cannot go back to epochs=" + epochs;
        if (epochs < 0 || epochs != end.epochs() - 1) {
            throw new HistoryException(name, found + ": running sums are kept for "
                    + (end.epochs() == 0 ? "no epoch before" : "epochs=" + (end.epochs() - 1) + " alone")
                    + "; resume where the history ends, or create another one");
        }
        HistoryReader reader = new HistoryReader(name, source);
        List<CommitRecord> rows = reader.committedRows();
        do {
            rows.removeLast();
        } while (!rows.isEmpty() && rows.getLast().epochContinues());
        MemorySegment sums = arena.allocate(reader.layout.slotBytes(), HistoryLayout.ALIGNMENT);
        if (rows.isEmpty() ? reader.sumsWithoutRecords() : !reader.copySums(rows, sums)) {
            throw new HistoryException(name,
                    found + ": the running sums of that epoch were overwritten by a commit that "
                            + "was not finished; resume where the history ends, or create another one");
        }
        return new HistoryEnd(end.spec(), end.minor(), rows.size(), epochs,
                rows.isEmpty() ? MemorySegment.NULL : sums.asSlice(0, end.sums().byteSize()), nonFinite(rows),
                end.rows() - rows.size());
    }

    private static long nonFinite(List<CommitRecord> rows) {
        return rows.isEmpty() ? 0 : rows.getLast().nonFinite();
    }

    /** Reads the committed rows, and the running sums that go with them. */
    private List<CommitRecord> readSums(MemorySegment sums) throws IOException {
        List<CommitRecord> rows = committedRows();
        while (!copySums(rows, sums)) {
            List<CommitRecord> now = committedRows();
            if (now.equals(rows)) {
                throw altered(rows.isEmpty()
                        ? "the commit record of row=0, though there are running sums of a later one"
                        : "the running sums of row=" + (rows.size() - 1));
            }
            rows = now; // a writer overtook the copy
        }
        return rows;
    }

    /**
     * Reads the rows of whole epochs, without those of an epoch whose last row is missing: an unfinished commit left
     * them.
     */
    private List<CommitRecord> committedRows() throws IOException {
        List<CommitRecord> rows = new ArrayList<>();
        forgetRecords();
        int row = 0;
        for (; row < layout.rows(); row++) {
            Optional<CommitRecord> record = record(row);
            if (record.isEmpty()) {
                break;
            }
            checkRecord(record.get(), row);
            rows.add(record.get());
        }
        for (int later = row + 1; later < layout.rows(); later++) {
            Optional<CommitRecord> record = record(later);
            if (record.isPresent() && !record.get().epochContinues() && !committedMeanwhile(row)) {
                throw altered("the commit record of row=" + row + ", before that of row=" + later);
            }
        }
        while (!rows.isEmpty() && rows.getLast().epochContinues()) {
            rows.removeLast();
        }
        return rows;
    }

    private boolean committedMeanwhile(int row) throws IOException {
        forgetRecords();
        return record(row).isPresent();
    }

    /** Makes {@link #record} read the source anew. */
    private void forgetRecords() {
        recordsTo = recordsFrom;
    }

    private Optional<CommitRecord> record(int row) throws IOException {
        if (row < recordsFrom || row >= recordsTo) {
            int count = Math.min(RECORDS, layout.rows() - row);
            source.read(layout.commit(row), records.asSlice(0, (long) count * RECORD_BYTES));
            recordsFrom = row;
            recordsTo = row + count;
        }
        return CommitRecord.decode(records, (long) (row - recordsFrom) * RECORD_BYTES);
    }

    private void checkRecord(CommitRecord record, int row) throws HistoryException {
        long presentations = record.totals().presentations();
        if (record.row() != row + 1 || record.slot() < 0 || record.slot() >= HistoryLayout.SLOTS || presentations < 0
                || presentations > layout.examples()) {
            throw altered("the commit record of row=" + row);
        }
    }

    /** Copies the newest sums; returns false if the copy does not match the checksum in its record. */
    private boolean copySums(List<CommitRecord> rows, MemorySegment sums) throws IOException {
        if (rows.isEmpty()) {
            return !sumsWithoutRecords();
        }
        CommitRecord newest = rows.getLast();
        source.read(layout.sums(newest.slot()), sums);
        return Checksum.of(sums) == newest.sumsChecksum();
    }

    /**
     * Tells whether the commit records were all destroyed: slot 1 is only written once an epoch is committed. Without
     * this check a damaged history would pass for a new one, and be written over. Only the first page of the slot is
     * looked at, which takes no longer for more examples; once written, it is zero only if none of its 204 examples was
     * presented.
     */
    private boolean sumsWithoutRecords() throws IOException {
        byte[] page = new byte[(int) Math.min(HistoryLayout.PAGE, layout.slotBytes())];
        source.read(layout.sums(1), MemorySegment.ofArray(page));
        for (byte value : page) {
            if (value != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads the planes of committed rows, and checks them.
     *
     * @return whether the rows are still committed; if not, what was read is worth nothing
     * @throws HistoryException
     *             if a plane of a row that is still committed does not match its checksum
     */
    private boolean readPlanes(List<CommitRecord> rows, IntFunction<MemorySegment> correct,
            IntFunction<MemorySegment> seen) throws IOException {
        for (int row = 0; row < rows.size(); row++) {
            String altered = alteredPlane(rows.get(row), row, correct, seen);
            if (altered != null && stillCommitted(rows)) {
                throw altered("the " + altered + " plane of row=" + row);
            }
            if (altered != null) {
                return false;
            }
        }
        return stillCommitted(rows);
    }

    private @Nullable String alteredPlane(CommitRecord record, int row, IntFunction<MemorySegment> correct,
            IntFunction<MemorySegment> seen) throws IOException {
        if (!matches(layout.correctPlane(row), correct.apply(row), record.correctChecksum())) {
            return "correct";
        }
        boolean written = !record.totals().everyExampleSeen();
        return written && !matches(layout.seenPlane(row), seen.apply(row), record.seenChecksum()) ? "seen" : null;
    }

    private boolean matches(long offset, MemorySegment place, int checksum) throws IOException {
        source.read(offset, place);
        return Checksum.of(place) == checksum;
    }

    /** Tells whether the rows have the records that were read of them. */
    private boolean stillCommitted(List<CommitRecord> rows) throws IOException {
        forgetRecords();
        for (int row = 0; row < rows.size(); row++) {
            if (!record(row).equals(Optional.of(rows.get(row)))) {
                return false;
            }
        }
        return true;
    }

    private HistoryException altered(String what) {
        return new HistoryException(name, "altered, checksum mismatch in " + what + ": restore it from a copy");
    }
}
