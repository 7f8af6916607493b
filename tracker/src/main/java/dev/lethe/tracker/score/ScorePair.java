package dev.lethe.tracker.score;

import java.util.Arrays;

/**
 * Two scores of the same examples, to be compared. The arrays are not copied; whoever makes the pair leaves them as
 * they are.
 *
 * @param first
 *            (examples)
 * @param second
 *            (examples), in the same order
 */
public record ScorePair(double[] first, double[] second) {

    /** Checks that both are of the same number of examples. */
    public ScorePair {
        if (first.length != second.length) {
            throw new IllegalArgumentException("first.examples=" + first.length + " second.examples=" + second.length
                    + ": compare scores of the same examples");
        }
    }

    /**
     * The forgetting events of the examples that both runs learned, in the order of their ids. Never-learned examples
     * have no count, so they are left out, not taken as 0.
     *
     * @throws IllegalArgumentException
     *             if the runs differ in their number of examples
     */
    public static ScorePair learnedByBoth(ForgettingScores a, ForgettingScores b) {
        if (a.examples() != b.examples()) {
            throw new IllegalArgumentException(
                    "examples=" + a.examples() + " and examples=" + b.examples() + ": runs over different data sets");
        }
        double[] first = new double[a.examples()];
        double[] second = new double[b.examples()];
        int learned = 0;
        for (int example = 0; example < first.length; example++) {
            if (!a.neverLearned(example) && !b.neverLearned(example)) {
                first[learned] = a.forgettingEvents(example);
                second[learned] = b.forgettingEvents(example);
                learned++;
            }
        }
        return new ScorePair(Arrays.copyOf(first, learned), Arrays.copyOf(second, learned));
    }

    /** The number of examples. */
    public int examples() {
        return first.length;
    }
}
