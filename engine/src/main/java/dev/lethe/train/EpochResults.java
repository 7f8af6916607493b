package dev.lethe.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Results of the steps of one epoch. They are settled in order as soon as they can be read: losses are checked and
 * added up, rows are recorded. Settling each step at once or many together records the same rows, and refuses a loss at
 * the same step.
 */
final class EpochResults {
    private final int epoch;
    private final TrainingConfig config;
    private final MemorySegment rates;
    private final PredictionColumns columns;
    private final PredictionSink sink;
    private final StepTimer tracking = new StepTimer();
    private double loss;
    private int settled;
    private boolean recorded; // as a whole

    /**
     * Begins an epoch without steps.
     *
     * @param epoch number of the epoch, from 1
     * @param config configuration of the training
     * @param rates learning rate of each step, float32 (steps of an epoch)
     * @param columns columns that the steps write their rows into
     * @param sink receives the rows
     */
    EpochResults(int epoch, TrainingConfig config, MemorySegment rates, PredictionColumns columns,
            PredictionSink sink) {
        this.epoch = epoch;
        this.config = config;
        this.rates = rates;
        this.columns = columns;
        this.sink = sink;
    }

    /**
     * Settles the steps up to a presentation; all their rows are in the columns.
     *
     * @param presentations number of presentations made so far, at the end of a step
     * @throws NonFiniteLossException at the first step whose loss is not a finite number; it is not settled
     */
    void settle(int presentations) {
        while (settled < presentations) {
            int count = Math.min(config.batch(), presentations - settled);
            loss += checkedLoss(count);
            tracking.start();
            sink.record(columns, settled, count);
            tracking.stop();
            settled += count;
        }
    }

    /**
     * Settles all steps of an epoch that a device has made.
     *
     * @param presented presentations of the epoch
     * @throws NonFiniteLossException at the first step whose loss is not a finite number; nothing is recorded
     */
    void settle(EpochPresentations presented) {
        while (settled < columns.rows()) {
            int count = Math.min(config.batch(), columns.rows() - settled);
            loss += checkedLoss(count);
            settled += count;
        }
        if (!recorded) {
            tracking.start();
            sink.record(presented);
            tracking.stop();
            recorded = true;
        }
    }

    private double checkedLoss(int count) {
        double sum = columns.lossSum(settled, count);
        if (!Double.isFinite(sum)) {
            int step = settled / config.batch();
            throw new NonFiniteLossException(epoch, step + 1, sum / count,
                    rates.getAtIndex(ValueLayout.JAVA_FLOAT, step), config.learningRate());
        }
        return sum;
    }

    /** Commits the epoch, whose presentations are all settled, to the sink. */
    void commit() throws IOException {
        tracking.start();
        sink.commitEpoch();
        tracking.stop();
    }

    /** Returns the mean loss of the settled presentations; NaN if there are none. */
    double meanLoss() {
        return loss / settled;
    }

    /** Returns the share of right predictions among the settled presentations. */
    double accuracy() {
        return (double) columns.correctCount(settled) / settled;
    }

    /** Returns the time spent in the sink, in seconds. */
    double trackerSeconds() {
        return tracking.seconds();
    }
}
