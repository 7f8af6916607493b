package dev.lethe.stress;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.RunningSum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One of two threads that record. Its presentations differ from those of the other in every bit and sum, and are exact
 * in float32 when added up, so that a history shows whose presentation it holds, and whether it is whole.
 */
enum Recorder {
    /** The recorder that predicts every example right. */
    FIRST(true, 1),
    /** The recorder that predicts every example wrong. */
    SECOND(false, 2);

    /** The most examples of a batch: those of all lanes of a tracker. */
    static final int BATCH_EXAMPLES = Lane.LANES * Lane.EXAMPLES;

    private final boolean correct;
    private final float value;
    /** The columns whose row {@code i} presents example {@code i}; they stay in memory until the process ends. */
    private final PresentationColumns columns;

    Recorder(boolean correct, float value) {
        this.correct = correct;
        this.value = value;
        this.columns = new PresentationColumns(column(), column(), column(), column(), column(), column());
        for (int example = 0; example < BATCH_EXAMPLES; example++) {
            columns.ids().setAtIndex(JAVA_INT, example, example);
            columns.correct().setAtIndex(JAVA_INT, example, correct ? 1 : 0);
            columns.margins().setAtIndex(JAVA_FLOAT, example, value);
            columns.el2n().setAtIndex(JAVA_FLOAT, example, value);
            columns.probabilities().setAtIndex(JAVA_FLOAT, example, value);
            columns.losses().setAtIndex(JAVA_FLOAT, example, value);
        }
    }

    private static MemorySegment column() {
        return Arena.global().allocate((long) BATCH_EXAMPLES * Float.BYTES, Float.BYTES);
    }

    /**
     * Records one presentation; returns false if it was refused because the example was presented before in the epoch.
     */
    boolean record(ForgettingTracker tracker, int example) {
        try {
            tracker.record(example, correct, value, value, value, value);
            return true;
        } catch (IllegalStateException presentedBefore) {
            return false;
        }
    }

    /** Records examples {@code [0, count)} one by one. */
    void recordAll(ForgettingTracker tracker, int count) {
        for (int example = 0; example < count; example++) {
            tracker.record(example, correct, value, value, value, value);
        }
    }

    /** Records consecutive examples as a batch. */
    void recordBatch(ForgettingTracker tracker, int first, int count) {
        tracker.record(columns, first, count);
    }

    /**
     * Tells whether an example was presented whole, bits and sums, by these recorders and no others.
     *
     * @param history history to read
     * @param example id of the example
     * @param byEpoch recorder in each epoch of the history; null if there is none
     */
    static boolean presented(History history, int example, @Nullable Recorder... byEpoch) {
        boolean whole = history.epochs() == byEpoch.length;
        float sum = 0;
        float squares = 0;
        for (int epoch = 0; epoch < byEpoch.length && whole; epoch++) {
            Recorder by = byEpoch[epoch];
            whole = history.seen(epoch + 1, example) == (by != null)
                    && history.correct(epoch + 1, example) == (by != null && by.correct);
            sum += by == null ? 0 : by.value;
            squares += by == null ? 0 : by.value * by.value;
        }
        return whole && history.sum(RunningSum.MARGIN, example) == sum
                && history.sum(RunningSum.EL2N, example) == sum
                && history.sum(RunningSum.PROBABILITY, example) == sum
                && history.sum(RunningSum.PROBABILITY_SQUARED, example) == squares
                && history.sum(RunningSum.LOSS, example) == sum;
    }

    /**
     * Returns the number of the examples {@code [from, to)} that were {@link #presented} by these recorders.
     *
     * @param history history to read
     * @param from first example
     * @param to example after the last
     * @param byEpoch recorder in each epoch of the history; null if there is none
     */
    static int countPresented(History history, int from, int to, @Nullable Recorder... byEpoch) {
        int count = 0;
        for (int example = from; example < to; example++) {
            count += presented(history, example, byEpoch) ? 1 : 0;
        }
        return count;
    }
}
