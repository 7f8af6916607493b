package dev.lethe.tracker.simd;

import static dev.lethe.tracker.simd.BitSlicedCounter.GROUP;
import static dev.lethe.tracker.simd.BitSlicedCounter.STEP;
import static dev.lethe.tracker.simd.PlaneWords.LANES;
import static dev.lethe.tracker.simd.PlaneWords.WORDS;
import static dev.lethe.tracker.simd.PlaneWords.andNot;
import static dev.lethe.tracker.simd.PlaneWords.right;
import static dev.lethe.tracker.simd.PlaneWords.seen;

import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.table.PlaneTable;
import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A scan that counts one event of every example of a range over all rows of a table. A tile of {@value #TILE} vectors
 * of examples (512 examples in a vector with AVX-512) is taken through the rows in groups of {@value
 * BitSlicedCounter#GROUP}: memory is then read in short runs, as many at a time as a group has rows, which the
 * processor fetches ahead; one vector at a time would touch another page for every row. Even so a core gets no more
 * than six tenths of the throughput of one long run, and ranges are counted side by side. The events of a group are
 * derived row by row into a buffer, and {@link BitSlicedCounter} adds them up. The state that an example carries from
 * one row to the next (right at the last presentation, learned) waits in {@code state}.
 */
final class PlaneScan {
    private static final int TILE = 32;
    private static final int SIZE = TILE * LANES; // in words

    private final PlaneTable planes;
    private final PlaneEvent event;
    private final EventCounts.RangeCounts counts;
    private final boolean changes; // whether changes are counted and halved: see changed
    private final BitSlicedCounter counter;
    private final long[] state = new long[SIZE];
    private final long[] events = new long[GROUP * SIZE];

    private PlaneScan(PlaneTable planes, PlaneEvent event, EventCounts.RangeCounts counts) {
        this.planes = planes;
        this.event = event;
        this.counts = counts;
        changes = event == PlaneEvent.FORGOTTEN && planes.rows() <= BitSlicedCounter.MAX_ROWS;
        counter = new BitSlicedCounter(TILE, counts);
    }

    static EventCounts run(PlaneTable planes, PlaneEvent event) {
        return EventCounts.make(planes.examples(), planes.rows(), counts -> new PlaneScan(planes, event, counts).run());
    }

    private void run() {
        int vectors = PlaneWords.vectors(counts.examples());
        for (int first = 0; first < vectors; first += TILE) {
            scanTile(first * LANES, Math.min(TILE, vectors - first));
        }
    }

    /**
     * Counts a tile's events.
     *
     * @param wordOfRange
     *            the first word of the tile, counted from the first of the range
     * @param vectors
     *            the number of vectors of the tile that are used
     */
    private void scanTile(int wordOfRange, int vectors) {
        int word = counts.first() / Long.SIZE + wordOfRange;
        Arrays.fill(state, 0);
        int rows = planes.rows();
        int counted = 0;
        for (int done = 0; done < rows; done += GROUP) {
            int count = Math.min(GROUP, rows - done);
            if (counted + count > BitSlicedCounter.MAX_ROWS) {
                counter.spread(vectors, wordOfRange * Long.SIZE);
                counted = 0;
            }
            scanGroup(event.looksAhead() ? rows - done - count : done, count, word, vectors);
            counted += count;
        }
        if (changes) {
            counter.halve(vectors);
        }
        counter.spread(vectors, wordOfRange * Long.SIZE);
    }

    private void scanGroup(int from, int count, int word, int vectors) {
        if (changes && count % STEP == 0 && areFull(from, from + count)) {
            for (int step = 0; step < count / STEP; step++) {
                counter.addChangesOfFullRows(planes, from + step * STEP, word, state, step, vectors);
            }
            counter.addCarries(count / STEP, vectors);
            return;
        }
        Arrays.fill(events, count * SIZE, GROUP * SIZE, 0);
        for (int i = 0; i < count; i++) {
            int row = event.looksAhead() ? count - 1 - i : i;
            derive(from + row, word, row * SIZE, vectors);
        }
        for (int step = 0; step < GROUP / STEP; step += 2) {
            counter.add(events, step, vectors);
        }
        counter.addCarries(GROUP / STEP, vectors);
    }

    private boolean areFull(int from, int to) {
        for (int row = from; row < to; row++) {
            if (planes.everySeen()[row] == 0) {
                return false;
            }
        }
        return true;
    }

    private void derive(int row, int word, int to, int vectors) {
        switch (event) {
            case PRESENTED -> presented(row, word, to, vectors);
            case CORRECT -> correct(row, word, to, vectors);
            case LEARNED -> learned(row, word, to, vectors);
            case FORGOTTEN -> {
                if (changes) {
                    changed(row, word, to, vectors);
                } else {
                    forgotten(row, word, to, vectors);
                }
            }
            case UNLEARNED -> unlearned(row, word, to, vectors);
            case UNSETTLED -> unsettled(row, word, to, vectors);
            case RETAINED -> retained(row, word, to, vectors);
            default -> throw new IllegalArgumentException("unknown event=" + event);
        }
    }

    private void presented(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            seen(planes, row, word + at).intoArray(events, to + at);
        }
    }

    private void correct(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            right(planes, row, word + at, seen(planes, row, word + at)).intoArray(events, to + at);
        }
    }

    private void learned(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector last = LongVector.fromArray(WORDS, state, at);
            LongVector seen = seen(planes, row, word + at);
            LongVector right = right(planes, row, word + at, seen);
            andNot(right, last).intoArray(events, to + at);
            andNot(last, seen).or(right).intoArray(state, at);
        }
    }

    private void forgotten(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector last = LongVector.fromArray(WORDS, state, at);
            LongVector seen = seen(planes, row, word + at);
            LongVector right = right(planes, row, word + at, seen);
            andNot(last.and(seen), right).intoArray(events, to + at);
            andNot(last, seen).or(right).intoArray(state, at);
        }
    }

    /**
     * Derives the changes from right to wrong or back. An example begins wrong, so that every second change is a
     * forgetting event: the number of events is half the number of changes, rounded down. A change takes one operation
     * where a forgetting event takes two.
     */
    private void changed(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector last = LongVector.fromArray(WORDS, state, at);
            LongVector seen = seen(planes, row, word + at);
            LongVector now = andNot(last, seen).or(right(planes, row, word + at, seen));
            last.lanewise(VectorOperators.XOR, now).intoArray(events, to + at);
            now.intoArray(state, at);
        }
    }

    private void unlearned(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector seen = seen(planes, row, word + at);
            LongVector learned = LongVector.fromArray(WORDS, state, at).or(right(planes, row, word + at, seen));
            andNot(seen, learned).intoArray(events, to + at);
            learned.intoArray(state, at);
        }
    }

    private void unsettled(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector seen = seen(planes, row, word + at);
            LongVector wrong = andNot(seen, right(planes, row, word + at, seen));
            LongVector wrongLater = LongVector.fromArray(WORDS, state, at).or(wrong);
            wrongLater.and(seen).intoArray(events, to + at);
            wrongLater.intoArray(state, at);
        }
    }

    private void retained(int row, int word, int to, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector seen = seen(planes, row, word + at);
            LongVector rightLater = LongVector.fromArray(WORDS, state, at).or(right(planes, row, word + at, seen));
            rightLater.and(seen).intoArray(events, to + at);
            rightLater.intoArray(state, at);
        }
    }
}
