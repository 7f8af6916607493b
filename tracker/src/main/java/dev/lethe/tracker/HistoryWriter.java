package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The commit protocol. An epoch's planes and sums are written and made durable, then its commit record, then that is
 * made durable: whatever ends the process in between, the record is whole or the epoch does not exist. Sums go to the
 * slot that the newest record does not name, planes to where nothing is committed yet, so a failed commit harms nothing
 * and can be tried again. One thread at a time.
 */
final class HistoryWriter {
    private final HistoryMedium medium;
    private final HistoryLayout layout;
    private boolean recordInDoubt;

    HistoryWriter(HistoryMedium medium, HistoryLayout layout) {
        this.medium = medium;
        this.layout = layout;
    }

    /** Writes a history without epochs. */
    static void format(HistoryMedium medium, TrackerSpec spec) throws IOException {
        HistoryHeader header = HistoryHeader.of(spec);
        HistoryLayout layout = header.layout();
        try (Arena arena = Arena.ofConfined()) {
            medium.write(layout.fileBytes() - 1, arena.allocate(1));
            // the records' blocks are taken now, so that a commit whose data found room cannot fail for want of one
            medium.write(layout.commit(0), arena.allocate(layout.sums(0) - layout.commit(0)));
            // readers look here, and some file systems want room for a page that is read where nothing was written
            medium.write(layout.sums(1), arena.allocate(Math.min(HistoryLayout.PAGE, layout.slotBytes())));
            medium.write(0, header.encode(arena));
        }
        medium.force();
    }

    /**
     * Makes epoch number {@code epoch}, counted from 0, part of the history.
     *
     * @param nonFinite
     *            presentations with a NaN or infinite value, over all epochs
     * @throws IOException
     *             if something could not be written; the epoch is then not committed
     */
    void commit(int epoch, EpochPlanes planes, RunningSums sums, long nonFinite) throws IOException {
        clearRecordInDoubt(epoch);
        int slot = epoch % HistoryLayout.SLOTS;
        EpochTotals totals = planes.totals(layout.examples());
        medium.write(layout.correctPlane(epoch), planes.correct());
        int seenChecksum = 0;
        if (!totals.everyExampleSeen()) {
            medium.write(layout.seenPlane(epoch), planes.seen());
            seenChecksum = Checksum.of(planes.seen());
        }
        int sumsChecksum = sums.writeTo(medium, layout, slot);
        medium.force();
        CommitRecord record = new CommitRecord(epoch + 1, slot, totals, nonFinite, seenChecksum,
                Checksum.of(planes.correct()), sumsChecksum);
        try (Arena arena = Arena.ofConfined()) {
            recordInDoubt = true;
            medium.write(layout.commit(epoch), record.encode(arena));
            medium.force();
            recordInDoubt = false;
        }
    }

    /** A record whose writing failed may still be there, and must not vouch for what a second try writes. */
    private void clearRecordInDoubt(int epoch) throws IOException {
        if (recordInDoubt) {
            byte[] zeros = new byte[HistoryLayout.COMMIT_COPIES * HistoryLayout.COMMIT_BYTES];
            medium.write(layout.commit(epoch), MemorySegment.ofArray(zeros));
            medium.force();
            recordInDoubt = false;
        }
    }
}
