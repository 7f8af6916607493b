package dev.lethe.tracker.score;

import java.util.List;

/**
 * How far two runs agree on what is hard. Never-learned examples have no count, so they are left out, not taken as 0.
 */
public final class Correlation {

    private Correlation() {}

    /**
     * Pearson's correlation of the forgetting events of two runs, over the examples that both learned.
     *
     * @return in {@code [-1, 1]}; NaN where it is not defined, because fewer than two examples are left or a run has
     * the same
     *         count for all of them
     * @throws IllegalArgumentException
     *             if the runs differ in their number of examples
     */
    public static double pearson(ForgettingScores a, ForgettingScores b) {
        if (a.examples() != b.examples()) {
            throw new IllegalArgumentException(
                    "examples=" + a.examples() + " and examples=" + b.examples() + ": runs over different data sets");
        }
        double meanA = meanWhereBothLearned(a, b);
        double meanB = meanWhereBothLearned(b, a);
        double covariance = 0;
        double varianceA = 0;
        double varianceB = 0;
        for (int example = 0; example < a.examples(); example++) {
            if (!a.neverLearned(example) && !b.neverLearned(example)) {
                double x = a.forgettingEvents(example) - meanA;
                double y = b.forgettingEvents(example) - meanB;
                covariance += x * y;
                varianceA += x * x;
                varianceB += y * y;
            }
        }
        return covariance / Math.sqrt(varianceA * varianceB);
    }

    private static double meanWhereBothLearned(ForgettingScores scores, ForgettingScores other) {
        long events = 0;
        long examples = 0;
        for (int example = 0; example < scores.examples(); example++) {
            if (!scores.neverLearned(example) && !other.neverLearned(example)) {
                events += scores.forgettingEvents(example);
                examples++;
            }
        }
        return (double) events / examples;
    }

    /** The mean of {@link #pearson} over all pairs of runs; NaN with fewer than two runs. */
    public static double meanPearson(List<ForgettingScores> runs) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < runs.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += pearson(runs.get(i), runs.get(j));
                pairs++;
            }
        }
        return sum / pairs;
    }
}
