package dev.lethe.tracker.score;

import java.util.List;

/**
 * Pearson's correlation: how far two runs agree on what is hard. Never-learned examples have no count, so they are left
 * out, not taken as 0. Correlations of ranks, and other ways to treat never-learned examples, are in
 * {@code dev.lethe.tracker.rank}.
 */
public final class Correlation {

    private Correlation() {}

    /**
     * Pearson's correlation of the forgetting events of two runs, over the examples that both learned.
     *
     * @return in {@code [-1, 1]}; NaN where it is not defined, because fewer than two examples are left or a run has
     * the same count for all of them
     * @throws IllegalArgumentException
     *             if the runs differ in their number of examples
     */
    public static double pearson(ForgettingScores a, ForgettingScores b) {
        return pearson(ScorePair.learnedByBoth(a, b));
    }

    /**
     * Pearson's correlation of two scores. Scores of any magnitude are summed without overflow.
     *
     * @return in {@code [-1, 1]}; NaN where it is not defined, because there are fewer than two examples, or a score is
     * the same for all of them, or is NaN or infinite for one
     */
    public static double pearson(ScorePair scores) {
        double unitFirst = unit(scores.first());
        double unitSecond = unit(scores.second());
        if (Double.isNaN(unitFirst) || Double.isNaN(unitSecond)) {
            return Double.NaN;
        }
        double meanFirst = mean(scores.first(), unitFirst);
        double meanSecond = mean(scores.second(), unitSecond);
        double covariance = 0;
        double varianceFirst = 0;
        double varianceSecond = 0;
        for (int example = 0; example < scores.examples(); example++) {
            double x = scores.first()[example] * unitFirst - meanFirst;
            double y = scores.second()[example] * unitSecond - meanSecond;
            covariance += x * y;
            varianceFirst += x * x;
            varianceSecond += y * y;
        }
        // rounding can leave a perfect correlation just above 1
        return Math.clamp(covariance / Math.sqrt(varianceFirst * varianceSecond), -1, 1);
    }

    /**
     * The power of two that brings the largest score to between 1 and 2. Multiplying by it rounds nothing that matters
     * beside that score, and then squares neither overflow nor vanish. NaN where the scores are constant, not finite or
     * none.
     */
    private static double unit(double[] scores) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            smallest = Math.min(smallest, score);
            largest = Math.max(largest, score);
        }
        double magnitude = Math.max(-smallest, largest);
        boolean defined = smallest < largest && magnitude < Double.POSITIVE_INFINITY;
        return defined ? Math.scalb(1.0, -Math.getExponent(magnitude)) : Double.NaN;
    }

    private static double mean(double[] scores, double unit) {
        double sum = 0;
        for (double score : scores) {
            sum += score * unit;
        }
        return sum / scores.length;
    }

    /**
     * The mean of {@link #pearson(ForgettingScores, ForgettingScores)} over all pairs of runs; NaN with fewer than two
     * runs.
     */
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
