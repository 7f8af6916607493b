package dev.lethe.study.forgetting;

import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import java.util.List;

/**
 * A run that a report shows. Immutable by convention: nobody writes to {@code predictions} after construction.
 *
 * @param seed seed of the run
 * @param epochs metrics of one or more epochs in their order
 * @param scores scores of all training examples
 * @param predictions (examples) class that was predicted at the last presentation; {@link #NO_PREDICTION} where there
 *        was none
 */
record ReportedRun(long seed, List<EpochMetrics> epochs, RunScores scores, int[] predictions) {
    /** Prediction of an example that was not presented, or whose logits were NaN. */
    public static final int NO_PREDICTION = -1;

    public ReportedRun {
        epochs = List.copyOf(epochs);
        if (epochs.isEmpty()) {
            throw new IllegalArgumentException("run of seed=" + seed + " has epochs=0: there is nothing to report");
        }
        if (predictions.length != scores.examples()) {
            throw new IllegalArgumentException("run of seed=" + seed + " has predictions=" + predictions.length
                    + " for examples=" + scores.examples() + ": they must be as many");
        }
    }
}
