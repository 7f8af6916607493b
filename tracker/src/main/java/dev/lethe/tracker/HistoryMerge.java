package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The union of the histories of data-parallel ranks, epoch by epoch. */
final class HistoryMerge {
    private final List<History> ranks;
    private final HistoryLayout layout; // of one row: only its sizes are used

    private HistoryMerge(List<History> ranks) {
        this.ranks = ranks;
        layout = new HistoryLayout(ranks.getFirst().examples(), 1);
    }

    static History of(List<History> ranks) {
        checkAlike(ranks);
        return new HistoryMerge(ranks).merge();
    }

    private static void checkAlike(List<History> ranks) {
        if (ranks.isEmpty()) {
            throw new IllegalArgumentException("ranks=0: give the history of at least one rank");
        }
        History first = ranks.getFirst();
        for (History rank : ranks) {
            if (!rank.spec().equals(first.spec()) || rank.epochs() != first.epochs()) {
                throw new IllegalArgumentException("ranks of different runs, " + first + " with " + first.spec()
                        + " and " + rank + " with " + rank.spec()
                        + ": merge the ranks of one run after the same epoch");
            }
        }
    }

    private History merge() {
        Arena arena = Arena.ofShared();
        try (Arena scratch = Arena.ofConfined()) {
            List<EpochPlanes> rows = new ArrayList<>();
            List<List<EpochTotals>> totals = new ArrayList<>();
            for (int epoch = 1; epoch <= ranks.getFirst().epochs(); epoch++) {
                List<EpochPlanes> rounds = unite(epoch, scratch);
                rows.addAll(rounds);
                totals.add(rounds.stream().map(planes -> planes.totals(layout.examples())).toList());
            }
            TrackerSpec spec = ranks.getFirst().spec();
            // room for the committed epochs only
            TrackerSpec merged = new TrackerSpec(spec.examples(), Math.max(1, rows.size()), spec.fingerprint(),
                    spec.configuration(), spec.repeats());
            History.Source source = new History.Source("merged from " + ranks.size() + " ranks", merged, arena,
                    () -> {});
            long nonFinite = ranks.stream().mapToLong(History::nonFinitePresentations).sum();
            return new History(source, planes(rows, arena), HistoryRows.ofEpochs(totals), sums(arena), nonFinite);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Returns the rounds of an epoch: each presentation of the ranks is in the first round that has not seen its
     * example.
     */
    private List<EpochPlanes> unite(int epoch, Arena arena) {
        List<EpochPlanes> rounds = new ArrayList<>();
        rounds.add(EpochPlanes.allocate(layout, arena));
        for (History rank : ranks) {
            for (int round = 0; round < rank.rounds(epoch); round++) {
                for (long at = 0; at < layout.planeBytes(); at += Long.BYTES) {
                    long seen = rank.seenInRound(epoch, round).get(HistoryLayout.LONG, at);
                    long correct = rank.correctInRound(epoch, round).get(HistoryLayout.LONG, at);
                    place(rounds, at, seen, correct, arena);
                }
            }
            if (rounds.size() > 1 && rank.spec().repeats() == Repeats.REFUSED) {
                throw repeated(rounds.get(1), rank, epoch);
            }
        }
        return rounds;
    }

    private void place(List<EpochPlanes> rounds, long at, long seen, long correct, Arena arena) {
        long left = seen;
        for (int round = 0; left != 0; round++) {
            if (round == rounds.size()) {
                rounds.add(EpochPlanes.allocate(layout, arena));
            }
            EpochPlanes planes = rounds.get(round);
            long before = planes.seen().get(HistoryLayout.LONG, at);
            long placed = left & ~before;
            planes.seen().set(HistoryLayout.LONG, at, before | placed);
            planes.correct().set(HistoryLayout.LONG, at,
                    planes.correct().get(HistoryLayout.LONG, at) | placed & correct);
            left &= before;
        }
    }

    private static IllegalArgumentException repeated(EpochPlanes secondRound, History rank, int epoch) {
        long at = 0;
        while (secondRound.seen().get(HistoryLayout.LONG, at) == 0) {
            at += Long.BYTES;
        }
        long example = at * Byte.SIZE + Long.numberOfTrailingZeros(secondRound.seen().get(HistoryLayout.LONG, at));
        return new IllegalArgumentException("example=" + example + " was presented to two ranks in epoch=" + epoch
                + ", one of them " + rank + ": give each example to one rank in an epoch, or make the trackers with"
                + " Repeats.KEPT");
    }

    private HistoryPlanes planes(List<EpochPlanes> rows, Arena arena) {
        HistoryPlanes planes = HistoryPlanes.allocate(layout, rows.size(), true, arena);
        for (int row = 0; row < rows.size(); row++) {
            planes.seen(row).copyFrom(rows.get(row).seen());
            planes.correct(row).copyFrom(rows.get(row).correct());
        }
        return planes;
    }

    private MemorySegment sums(Arena arena) {
        MemorySegment sums = arena.allocate(layout.slotBytes(), HistoryLayout.ALIGNMENT);
        for (History rank : ranks) {
            MemorySegment addends = rank.sums();
            for (long at = 0; at < addends.byteSize(); at += Float.BYTES) {
                sums.set(HistoryLayout.FLOAT, at,
                        sums.get(HistoryLayout.FLOAT, at) + addends.get(HistoryLayout.FLOAT, at));
            }
        }
        return sums;
    }
}
