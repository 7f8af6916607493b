package dev.lethe.tracker.rank;

/** The ranks of scores, where examples with the same score share the mean of the places that they take. */
public final class AverageRanks {

    private AverageRanks() {}

    /**
     * Returns the rank of each example, counted from 0 for the smallest score. Infinite scores are the first or last;
     * 0.0 and -0.0 are tied.
     *
     * @param scores
     *            (examples), none of them NaN
     * @return (examples), multiples of 0.5, in a new array
     * @throws IllegalArgumentException
     *             if a score is NaN; the message names the example
     */
    public static double[] of(double[] scores) {
        ScoreKey.refuseNaN(scores);
        int[] order = RadixOrder.of(scores).order();
        double[] ranks = new double[order.length];
        int first = 0;
        while (first < order.length) {
            int end = first + 1;
            while (end < order.length && scores[order[end]] == scores[order[first]]) {
                end++;
            }
            double mean = first + (end - 1 - first) / 2.0;
            for (int place = first; place < end; place++) {
                ranks[order[place]] = mean;
            }
            first = end;
        }
        return ranks;
    }
}
