package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A writer that carries out the commit protocol. An epoch's planes and sums are written and made durable, then its
 * commit record is written and made durable: whenever the process ends, the record is whole or the epoch does not
 * exist. Sums go to the slot that the newest record does not name, planes to places where nothing is committed yet, so
 * a failed commit harms nothing and can be tried again. In an epoch of several rows only the last record decides; the
 * others, worth nothing without it, are written with the planes. One thread at a time may use a writer.
 */
final class HistoryWriter {
    private static final int NONE = -1;

    private final HistoryMedium medium;
    private final HistoryLayout layout;
    private int rows;
    private int epochs;
    /**
     * The row whose record may be there though it does not count: writing it failed, or its epoch is to be dropped.
     * {@link #NONE} where there is none.
     */
    private int rowInDoubt;

    /**
     * Makes a writer that appends to the committed rows.
     *
     * @param medium
     *            the medium of the history
     * @param layout
     *            the layout of the history
     * @param end
     *            the end of the history, whose surplus is withdrawn by {@link #withdrawRecordInDoubt}
     */
    HistoryWriter(HistoryMedium medium, HistoryLayout layout, HistoryEnd end) {
        this.medium = medium;
        this.layout = layout;
        rows = end.rows();
        epochs = end.epochs();
        rowInDoubt = end.surplus() == 0 ? NONE : rows + end.surplus() - 1;
    }

    /**
     * Writes a history without epochs.
     *
     * @param medium
     *            the medium, empty
     * @param spec
     *            the description of the history
     * @throws IOException
     *             if something could not be written
     */
    static void format(HistoryMedium medium, TrackerSpec spec) throws IOException {
        HistoryHeader header = HistoryHeader.of(spec);
        HistoryLayout layout = header.layout();
        try (Arena arena = Arena.ofConfined()) {
            medium.write(layout.fileBytes() - 1, arena.allocate(1));
            // the records' blocks are taken now, so that a commit whose data found room cannot fail for lack of one
            medium.write(layout.commit(0), arena.allocate(layout.sums(0) - layout.commit(0)));
            // readers look here, and some file systems need room for a page that is read where nothing was written
            medium.write(layout.sums(1), arena.allocate(Math.min(HistoryLayout.PAGE, layout.slotBytes())));
            medium.write(0, header.encode(arena));
        }
        medium.force();
    }

    /** Returns the number of committed rows. */
    int rows() {
        return rows;
    }

    /**
     * Makes the next epoch part of the history.
     *
     * @param rounds
     *            the planes of the epoch's rounds, at least one
     * @param sums
     *            the running sums up to the epoch
     * @param nonFinite
     *            the presentations with a NaN or infinite value, over all epochs
     * @throws IOException
     *             if something could not be written; the epoch is then not committed
     */
    void commit(List<EpochPlanes> rounds, RunningSums sums, long nonFinite) throws IOException {
        int last = rows + rounds.size() - 1;
        if (last >= layout.rows()) { // only a recorder that overlaps the previous commit can cause this
            throw new IllegalStateException("rounds=" + rounds.size() + " of epoch=" + (epochs + 1)
                    + " do not fit the history, which has room for " + (layout.rows() - rows)
                    + ": nothing was committed; order the recorders of an epoch before its commit");
        }
        withdrawRecordInDoubt();
        int slot = epochs % HistoryLayout.SLOTS;
        int sumsChecksum = sums.writeTo(medium, layout, slot);
        try (Arena arena = Arena.ofConfined()) {
            for (int row = rows; row < last; row++) {
                CommitRecord record = write(row, rounds.get(row - rows), true, slot, sumsChecksum, nonFinite);
                medium.write(layout.commit(row), record.encode(arena));
            }
            CommitRecord record = write(last, rounds.getLast(), false, slot, sumsChecksum, nonFinite);
            medium.force();
            rowInDoubt = last;
            medium.write(layout.commit(last), record.encode(arena));
            medium.force();
            rowInDoubt = NONE;
        }
        rows = last + 1;
        epochs++;
    }

    private CommitRecord write(int row, EpochPlanes planes, boolean epochContinues, int slot, int sumsChecksum,
            long nonFinite) throws IOException {
        EpochTotals totals = planes.totals(layout.examples());
        medium.write(layout.correctPlane(row), planes.correct());
        int seenChecksum = 0;
        if (!totals.everyExampleSeen()) {
            medium.write(layout.seenPlane(row), planes.seen());
            seenChecksum = Checksum.of(planes.seen());
        }
        return new CommitRecord(row + 1, epochContinues, slot, totals, nonFinite, seenChecksum,
                Checksum.of(planes.correct()), sumsChecksum);
    }

    /**
     * Withdraws a record that does not count but may be there: it must not vouch for what is written next. The other
     * records of its epoch are worth nothing without it; were they cleared before it, it would look like the record
     * after a lost one.
     *
     * @throws IOException
     *             if it could not be withdrawn; it is still in doubt then
     */
    void withdrawRecordInDoubt() throws IOException {
        if (rowInDoubt != NONE) {
            byte[] zeros = new byte[HistoryLayout.COMMIT_COPIES * HistoryLayout.COMMIT_BYTES];
            medium.write(layout.commit(rowInDoubt), MemorySegment.ofArray(zeros));
            medium.force();
            rowInDoubt = NONE;
        }
    }
}
