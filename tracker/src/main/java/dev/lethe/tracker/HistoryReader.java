package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the bytes of a history and opens what was committed to it. Safe while another process or thread commits:
 * planes of committed epochs never change, and the running sums, whose slot a writer uses again two commits later, are
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
        List<CommitRecord> commits = reader.commits();
        while (!reader.copySums(commits, sums)) {
            List<CommitRecord> now = reader.commits();
            if (now.size() == commits.size()) {
                throw reader.altered(commits.isEmpty()
                        ? "the commit record of epoch=0, though there are running sums of epoch=1"
                        : "the running sums of epoch=" + (commits.size() - 1));
            }
            commits = now; // a writer overtook the copy
        }
        reader.checkPlanes(commits);
        EpochTotals[] totals = commits.stream().map(CommitRecord::totals).toArray(EpochTotals[]::new);
        long nonFinite = commits.isEmpty() ? 0 : commits.getLast().nonFinite();
        return new History(new History.Source(name, reader.header.spec(), reader.header.minor(), arena, release), bytes,
                totals, sums, nonFinite);
    }

    private List<CommitRecord> commits() throws HistoryException {
        List<CommitRecord> commits = new ArrayList<>();
        int epoch = 0;
        for (; epoch < layout.epochs(); epoch++) {
            Optional<CommitRecord> record = CommitRecord.decode(bytes, layout.commit(epoch));
            if (record.isEmpty()) {
                break;
            }
            checkRecord(record.get(), epoch);
            commits.add(record.get());
        }
        for (int later = epoch + 1; later < layout.epochs(); later++) {
            if (CommitRecord.decode(bytes, layout.commit(later)).isPresent() && !committedMeanwhile(epoch)) {
                throw altered(
                        "the commit record of epoch=" + epoch + ", before that of epoch=" + later);
            }
        }
        return commits;
    }

    private boolean committedMeanwhile(int epoch) {
        return CommitRecord.decode(bytes, layout.commit(epoch)).isPresent();
    }

    private void checkRecord(CommitRecord record, int epoch) throws HistoryException {
        long presentations = record.totals().presentations();
        if (record.epoch() != epoch + 1 || record.slot() < 0 || record.slot() >= HistoryLayout.SLOTS
                || presentations < 0 || presentations > layout.examples()) {
            throw altered("the commit record of epoch=" + epoch);
        }
    }

    /** Copies the newest sums; false if the copy is not what the records say. */
    private boolean copySums(List<CommitRecord> commits, MemorySegment sums) {
        if (commits.isEmpty()) {
            return !sumsWithoutRecords();
        }
        CommitRecord newest = commits.getLast();
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

    private void checkPlanes(List<CommitRecord> commits) throws HistoryException {
        for (int epoch = 0; epoch < commits.size(); epoch++) {
            CommitRecord commit = commits.get(epoch);
            if (Checksum.of(bytes.asSlice(layout.correctPlane(epoch), layout.planeBytes())) != commit
                    .correctChecksum()) {
                throw altered("the correct plane of epoch=" + epoch);
            }
            if (!commit.totals().everyExampleSeen()
                    && Checksum.of(bytes.asSlice(layout.seenPlane(epoch), layout.planeBytes())) != commit
                            .seenChecksum()) {
                throw altered("the seen plane of epoch=" + epoch);
            }
        }
    }

    private HistoryException altered(String what) {
        return new HistoryException(name, "altered, checksum mismatch in " + what + ": restore it from a copy");
    }
}
