package dev.lethe.tracker.rank;

/**
 * The computation of Pearson's correlation of two scores, without overflow or underflow for scores of any magnitude.
 */
final class Pearson {

    private Pearson() {}

    /**
     * Returns the correlation.
     *
     * @return in {@code [-1, 1]}; NaN where it is not defined, because there are fewer than two examples, or a score is
     *         the same for all of them, or is NaN or infinite for one
     */
    static double correlation(ScorePair scores) {
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
     * Returns the power of two that brings the largest score to between 1 and 2; NaN where the scores are constant, not
     * finite or none. Multiplying by it rounds nothing that matters beside that score, and then squares neither
     * overflow nor vanish.
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
}
