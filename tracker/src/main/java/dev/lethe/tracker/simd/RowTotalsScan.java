package dev.lethe.tracker.simd;

import static dev.lethe.tracker.simd.PlaneWords.LANES;
import static dev.lethe.tracker.simd.PlaneWords.WORDS;
import static dev.lethe.tracker.simd.PlaneWords.andNot;
import static dev.lethe.tracker.simd.PlaneWords.right;
import static dev.lethe.tracker.simd.PlaneWords.seen;

import dev.lethe.tracker.plane.ExampleRanges;
import dev.lethe.tracker.plane.PlaneKernels.RowTotals;
import dev.lethe.tracker.table.PlaneTable;
import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A scan that counts the events in each row over all examples. The counts of a row are kept apart for each lane and
 * added up at the end.
 */
final class RowTotalsScan {
    private final PlaneTable planes;
    private final long[] learned; // (rows, LANES), as are the next three
    private final long[] forgotten;
    private final long[] everLearned;
    private final long[] unforgettable;

    private RowTotalsScan(PlaneTable planes) {
        this.planes = planes;
        learned = new long[planes.rows() * LANES];
        forgotten = new long[planes.rows() * LANES];
        everLearned = new long[planes.rows() * LANES];
        unforgettable = new long[planes.rows() * LANES];
    }

    static RowTotals run(PlaneTable planes) {
        return ExampleRanges.map(planes.examples(), range -> new RowTotalsScan(planes).run(range)).stream()
                .reduce(RowTotals.zeros(planes.rows()), RowTotals::plus);
    }

    private RowTotals run(ExampleRanges.Range range) {
        int first = range.from() / Long.SIZE;
        for (int vector = 0; vector < PlaneWords.vectors(range.size()); vector++) {
            add(first + vector * LANES);
        }
        return new RowTotals(sums(learned), sums(forgotten), sums(everLearned), sums(unforgettable));
    }

    /** Adds the events of a vector of examples. Padding is never right, so that none of the four counts it. */
    private void add(int word) {
        LongVector last = LongVector.zero(WORDS);
        LongVector ever = last;
        LongVector everForgotten = last;
        for (int row = 0; row < planes.rows(); row++) {
            LongVector seen = seen(planes, row, word);
            LongVector right = right(planes, row, word, seen);
            LongVector forgets = andNot(last.and(seen), right);
            add(learned, row, andNot(right, last));
            add(forgotten, row, forgets);
            last = andNot(last, seen).or(right);
            ever = ever.or(right);
            everForgotten = everForgotten.or(forgets);
            add(everLearned, row, ever);
            add(unforgettable, row, andNot(ever, everForgotten));
        }
    }

    private static void add(long[] counts, int row, LongVector bits) {
        LongVector.fromArray(WORDS, counts, row * LANES).add(bits.lanewise(VectorOperators.BIT_COUNT)).intoArray(counts,
                row * LANES);
    }

    private static long[] sums(long[] counts) {
        long[] sums = new long[counts.length / LANES];
        Arrays.setAll(sums, row -> Arrays.stream(counts, row * LANES, (row + 1) * LANES).sum());
        return sums;
    }
}
