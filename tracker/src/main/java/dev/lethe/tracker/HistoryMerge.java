package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Unites the histories of data-parallel ranks: within an epoch each example was presented to at most one of them. */
final class HistoryMerge {
    private final List<History> ranks;
    private final HistoryLayout layout;
    private final MemorySegment bytes;

    private HistoryMerge(List<History> ranks, MemorySegment bytes, HistoryLayout layout) {
        this.ranks = ranks;
        this.layout = layout;
        this.bytes = bytes;
    }

    static History of(List<History> ranks) {
        checkAlike(ranks);
        TrackerSpec spec = ranks.getFirst().spec();
        // room for the committed epochs only
        TrackerSpec merged = new TrackerSpec(spec.examples(), Math.max(1, ranks.getFirst().epochs()),
                spec.fingerprint(),
                spec.configuration());
        HistoryLayout layout = new HistoryLayout(merged.examples(), merged.epochs());
        Arena arena = Arena.ofShared();
        try {
            MemorySegment bytes = arena.allocate(layout.fileBytes(), HistoryLayout.PAGE);
            MemorySegment sums = arena.allocate(layout.slotBytes(), HistoryLayout.ALIGNMENT);
            HistoryMerge merge = new HistoryMerge(ranks, bytes, layout);
            EpochTotals[] totals = merge.unitePlanes();
            merge.addSums(sums);
            long nonFinite = ranks.stream().mapToLong(History::nonFinitePresentations).sum();
            History.Source source = new History.Source("merged from " + ranks.size() + " ranks", merged,
                    HistoryLayout.MINOR, arena, () -> {});
            return new History(source, bytes, totals, sums, nonFinite);
        } catch (RuntimeException | OutOfMemoryError e) {
            arena.close();
            throw e;
        }
    }

    private static void checkAlike(List<History> ranks) {
        if (ranks.isEmpty()) {
            throw new IllegalArgumentException("ranks=0: there is nothing to merge");
        }
        History first = ranks.getFirst();
        for (History rank : ranks) {
            if (!rank.spec().equals(first.spec()) || rank.epochs() != first.epochs()) {
                throw new IllegalArgumentException("ranks of different runs: " + first + " with " + first.spec() + ", "
                        + rank + " with " + rank.spec());
            }
        }
    }

    private EpochTotals[] unitePlanes() {
        EpochTotals[] totals = new EpochTotals[ranks.getFirst().epochs()];
        for (int epoch = 0; epoch < totals.length; epoch++) {
            EpochPlanes planes = new EpochPlanes(bytes.asSlice(layout.seenPlane(epoch), layout.planeBytes()),
                    bytes.asSlice(layout.correctPlane(epoch), layout.planeBytes()));
            for (History rank : ranks) {
                checkDisjoint(planes.seen(), rank, epoch);
                unite(planes.seen(), rank.seen(epoch));
                unite(planes.correct(), rank.correct(epoch));
            }
            totals[epoch] = planes.totals(layout.examples());
        }
        return totals;
    }

    private static void checkDisjoint(MemorySegment united, History rank, int epoch) {
        MemorySegment seen = rank.seen(epoch);
        for (long at = 0; at < united.byteSize(); at += Long.BYTES) {
            long both = united.get(HistoryLayout.LONG, at) & seen.get(HistoryLayout.LONG, at);
            if (both != 0) {
                throw new IllegalArgumentException("example=" + (at * Byte.SIZE + Long.numberOfTrailingZeros(both))
                        + " was presented to two ranks in epoch=" + epoch + ", one of them " + rank
                        + ": give each example to one rank an epoch");
            }
        }
    }

    private static void unite(MemorySegment into, MemorySegment plane) {
        for (long at = 0; at < into.byteSize(); at += Long.BYTES) {
            into.set(HistoryLayout.LONG, at, into.get(HistoryLayout.LONG, at) | plane.get(HistoryLayout.LONG, at));
        }
    }

    private void addSums(MemorySegment sums) {
        for (History rank : ranks) {
            MemorySegment addends = rank.sums();
            for (long at = 0; at < addends.byteSize(); at += Float.BYTES) {
                sums.set(HistoryLayout.FLOAT, at,
                        sums.get(HistoryLayout.FLOAT, at) + addends.get(HistoryLayout.FLOAT, at));
            }
        }
    }
}
