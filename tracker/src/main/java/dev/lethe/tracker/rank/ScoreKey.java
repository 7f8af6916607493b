package dev.lethe.tracker.rank;

/** What scores are ordered by. */
final class ScoreKey {

    private ScoreKey() {}

    /** Larger scores have larger unsigned keys, and -0.0 has the key of 0.0. Not for NaN. */
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
                    + " has no rank: leave such examples out, or give them the score that they shall rank by");
        }
    }
}
