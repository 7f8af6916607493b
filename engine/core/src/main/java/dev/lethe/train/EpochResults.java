package dev.lethe.train;

import dev.lethe.tracker.ForgettingTracker;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Results of the steps of one epoch. They are settled in order as soon as they can be read: losses are checked and
 * added up, rows are recorded. Settling each step at once or many together records the same rows, and refuses a loss at
 * the same step.
 */
final class EpochResults {
    private final int epoch;
    private final TrainingConfig config;
    private final MemorySegment rates;
    private final Presentations presentations;
    private final @Nullable ForgettingTracker tracker; // null if nothing is recorded
    private final StepTimer tracking = new StepTimer();
    private double loss;
    private int settled;
    private boolean recorded; // as a whole
    private boolean discarded;

    /**
     * Begins an epoch without steps.
     *
     * @param epoch number of the epoch, from 1
     * @param config configuration of the training
     * @param rates learning rate of each step, float32 (steps of an epoch)
     * @param presentations presentations that the steps make
     * @param tracker records the presentations, or null to record nothing
     */
    EpochResults(int epoch, TrainingConfig config, MemorySegment rates, Presentations presentations,
            @Nullable ForgettingTracker tracker) {
        this.epoch = epoch;
        this.config = config;
        this.rates = rates;
        this.presentations = presentations;
        this.tracker = tracker;
    }

    /**
     * Settles the steps up to a presentation; all their rows are in host memory.
     *
     * @param made number of presentations made so far, at the end of a step
     * @throws NonFiniteLossException at the first step whose loss is not a finite number; it is not settled
     */
    void settle(int made) {
        while (settled < made) {
            int count = Math.min(config.batch(), made - settled);
            loss += checkedLoss(count);
            if (tracker != null) {
                tracking.start();
                presentations.record(tracker, settled, count);
                tracking.stop();
            }
            settled += count;
        }
    }

    /**
     * Settles all steps of an epoch that a device has gathered by example; all their rows have been copied from it.
     *
     * @throws NonFiniteLossException at the first step whose loss is not a finite number; nothing is recorded
     */
    void settleGathered() {
        while (settled < presentations.rows()) {
            int count = Math.min(config.batch(), presentations.rows() - settled);
            loss += checkedLoss(count);
            settled += count;
        }
        if (tracker != null && !recorded) {
            tracking.start();
            presentations.recordGathered(tracker);
            tracking.stop();
            recorded = true;
        }
    }

    private double checkedLoss(int count) {
        double sum = presentations.lossSum(settled, count);
        if (!Double.isFinite(sum)) {
            int step = settled / config.batch();
            throw new NonFiniteLossException(epoch, step + 1, sum / count,
                    rates.getAtIndex(ValueLayout.JAVA_FLOAT, step), config.learningRate());
        }
        return sum;
    }

    /** Commits the epoch, whose presentations are all settled, to the tracker. */
    void commit() throws IOException {
        if (tracker != null) {
            tracking.start();
            tracker.commitEpoch();
            tracking.stop();
        }
    }

    /**
     * Drops what the tracker has recorded of this epoch, which was broken off; a second call does nothing.
     *
     * @throws IOException when the history cannot be read back; nothing was dropped
     */
    void discard() throws IOException {
        if (tracker == null || discarded) {
            return;
        }
        try {
            tracker.discardEpoch();
        } catch (IllegalStateException closed) {
            // the caller has closed the tracker, which drops what was not committed
        }
        discarded = true;
    }

    /** Returns the mean loss of the settled presentations; NaN if there are none. */
    double meanLoss() {
        return loss / settled;
    }

    /** Returns the share of right predictions among the settled presentations. */
    double accuracy() {
        return (double) presentations.correctCount(0, settled) / settled;
    }

    /** Returns the time spent in the tracker, in seconds. */
    double trackerSeconds() {
        return tracking.seconds();
    }
}
