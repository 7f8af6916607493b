package dev.lethe.study.forgetting;

import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import java.util.List;

/**
 * One run as its report needs it. Immutable by convention: nobody writes to {@code predictions} after construction.
 *
 * @param seed of the run
 * @param epochs one or more, in order
 * @param scores of all training examples
 * @param predictions by example, the class predicted at its last presentation; {@link #NO_PREDICTION} where there was
 *        none
 */
public record ReportedRun(long seed, List<EpochMetrics> epochs, RunScores scores, int[] predictions) {
    /** The example was not presented, or its logits were NaN. */
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
