package dev.lethe.tracker.rank;

/** The keys by which scores are ordered. */
final class ScoreKey {

    private ScoreKey() {}

    /**
     * Returns the key of a score that is not NaN. Larger scores have larger unsigned keys, and -0.0 has the key of 0.0.
     */
    static long of(double score) {
        long bits = Double.doubleToRawLongBits(score + 0.0);
        return bits ^ (bits >> Long.SIZE - 1 | Long.MIN_VALUE);
    }

    static void refuseNaN(double[] scores) {
        for (int example = 0; example < scores.length; example++) {
            refuseNaN(scores[example], example);
        }
    }

    static void refuseNaN(double score, int example) {
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("score=NaN of example=" + example
                    + " has no rank: leave such examples out, or give them a score to rank by");
        }
    }
}
