package dev.lethe.tracker.simd;

import static dev.lethe.tracker.simd.PlaneWords.LANES;
import static dev.lethe.tracker.simd.PlaneWords.WORDS;
import static dev.lethe.tracker.simd.PlaneWords.andNot;
import static dev.lethe.tracker.simd.PlaneWords.right;
import static dev.lethe.tracker.simd.PlaneWords.seen;

import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneTable;
import java.util.Arrays;
import jdk.incubator.vector.LongVector;

/**
 * Counts one event of every example over all rows of a table. A tile of {@value #TILE} vectors of examples (512 a
 * vector with AVX-512) is taken through the rows in groups of {@value #GROUP}: memory is then read in short runs, as
 * many at a time as a group has rows, which the processor fetches ahead; one vector at a time would touch another page
 * for every row. In a group each vector's events are derived into a buffer that stays in the first-level cache, and
 * {@link BitSlicedCounter} adds them up. What an example carries from one group to the next (right at the last
 * presentation, learned) waits in {@code state}.
 */
final class PlaneScan {
    private static final int TILE = 32;
    private static final int GROUP = 16;

    private final PlaneTable planes;
    private final PlaneEvent event;
    private final BitSlicedCounter counter;
    private final long[] state = new long[TILE * LANES];
    private final long[] events = new long[GROUP * LANES];

    PlaneScan(PlaneTable planes, PlaneEvent event, int[] counts) {
        this.planes = planes;
        this.event = event;
        counter = new BitSlicedCounter(TILE, planes.examples(), counts);
    }

    void run() {
        int vectors = PlaneWords.vectors(planes);
        for (int first = 0; first < vectors; first += TILE) {
            scanTile(first, Math.min(TILE, vectors - first));
        }
    }

    private void scanTile(int firstVector, int vectors) {
        Arrays.fill(state, 0);
        int rows = planes.rows();
        int counted = 0;
        for (int done = 0; done < rows; done += GROUP) {
            int count = Math.min(GROUP, rows - done);
            int from = event.looksAhead() ? rows - done - count : done;
            if (counted + count > BitSlicedCounter.MAX_ROWS) {
                counter.spread(vectors, firstVector * LANES * Long.SIZE);
                counted = 0;
            }
            for (int vector = 0; vector < vectors; vector++) {
                derive((firstVector + vector) * LANES, from, from + count, vector * LANES);
                counter.add(events, count, vector);
            }
            counted += count;
        }
        counter.spread(vectors, firstVector * LANES * Long.SIZE);
    }

    private void derive(int word, int from, int to, int at) {
        switch (event) {
            case PRESENTED -> presented(word, from, to);
            case CORRECT -> correct(word, from, to);
            case LEARNED -> learned(word, from, to, at);
            case FORGOTTEN -> forgotten(word, from, to, at);
            case UNLEARNED -> unlearned(word, from, to, at);
            case UNSETTLED -> unsettled(word, from, to, at);
            case RETAINED -> retained(word, from, to, at);
            default -> throw new IllegalArgumentException("unknown event=" + event);
        }
    }

    private void presented(int word, int from, int to) {
        for (int row = from; row < to; row++) {
            seen(planes, row, word).intoArray(events, (row - from) * LANES);
        }
    }

    private void correct(int word, int from, int to) {
        for (int row = from; row < to; row++) {
            right(planes, row, word, seen(planes, row, word)).intoArray(events, (row - from) * LANES);
        }
    }

    private void learned(int word, int from, int to, int at) {
        LongVector last = LongVector.fromArray(WORDS, state, at);
        for (int row = from; row < to; row++) {
            LongVector seen = seen(planes, row, word);
            LongVector right = right(planes, row, word, seen);
            andNot(right, last).intoArray(events, (row - from) * LANES);
            last = andNot(last, seen).or(right);
        }
        last.intoArray(state, at);
    }

    private void forgotten(int word, int from, int to, int at) {
        LongVector last = LongVector.fromArray(WORDS, state, at);
        for (int row = from; row < to; row++) {
            LongVector seen = seen(planes, row, word);
            LongVector right = right(planes, row, word, seen);
            andNot(last.and(seen), right).intoArray(events, (row - from) * LANES);
            last = andNot(last, seen).or(right);
        }
        last.intoArray(state, at);
    }

    private void unlearned(int word, int from, int to, int at) {
        LongVector learned = LongVector.fromArray(WORDS, state, at);
        for (int row = from; row < to; row++) {
            LongVector seen = seen(planes, row, word);
            learned = learned.or(right(planes, row, word, seen));
            andNot(seen, learned).intoArray(events, (row - from) * LANES);
        }
        learned.intoArray(state, at);
    }

    private void unsettled(int word, int from, int to, int at) {
        LongVector wrongLater = LongVector.fromArray(WORDS, state, at);
        for (int row = to - 1; row >= from; row--) {
            LongVector seen = seen(planes, row, word);
            wrongLater = wrongLater.or(andNot(seen, right(planes, row, word, seen)));
            wrongLater.and(seen).intoArray(events, (row - from) * LANES);
        }
        wrongLater.intoArray(state, at);
    }

    private void retained(int word, int from, int to, int at) {
        LongVector rightLater = LongVector.fromArray(WORDS, state, at);
        for (int row = to - 1; row >= from; row--) {
            LongVector seen = seen(planes, row, word);
            rightLater = rightLater.or(right(planes, row, word, seen));
            rightLater.and(seen).intoArray(events, (row - from) * LANES);
        }
        rightLater.intoArray(state, at);
    }
}
