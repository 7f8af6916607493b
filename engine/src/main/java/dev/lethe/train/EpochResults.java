package dev.lethe.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the steps of one epoch came to, settled in their order as soon as their results can be read: losses are checked
 * and added up, rows are recorded. Whether that is after each step or for many at once makes no difference to what is
 * recorded, nor to the step that a loss is refused at.
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
     * Of an epoch with no steps yet.
     *
     * @param epoch from 1
     * @param rates float32, the learning rate of each step
     * @param columns that the steps write their rows into
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
     * Settles the steps that are not yet, up to one that ends at a presentation; all their rows are in the columns.
     *
     * @throws NonFiniteLossException at the first step whose loss is not a number any more; it is not settled
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
     * Settles all steps, where a device has made them.
     *
     * @throws NonFiniteLossException as the other method does; nothing is recorded
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

    /** All presentations of the epoch are settled. */
    void commit() throws IOException {
        tracking.start();
        sink.commitEpoch();
        tracking.stop();
    }

    /** Of the presentations that are settled; NaN where none is. */
    double meanLoss() {
        return loss / settled;
    }

    /** Share of right predictions among the presentations that are settled. */
    double accuracy() {
        return (double) columns.correctCount(settled) / settled;
    }

    /** Spent in the sink. */
    double trackerSeconds() {
        return tracking.seconds();
    }
}
