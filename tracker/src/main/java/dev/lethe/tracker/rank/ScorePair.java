package dev.lethe.tracker.rank;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A pair of scores of the same examples, to be compared. The arrays are not copied: whoever makes the pair must not
 * change them.
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

    /** Pairs the forgetting events of two runs of the same examples. */
    static ScorePair of(ForgettingScores a, ForgettingScores b, NeverLearned neverLearned) {
        return neverLearned == NeverLearned.SEPARATE
                ? learnedByBoth(a, b)
                : new ScorePair(a.forgettingEvents(neverLearned), b.forgettingEvents(neverLearned));
    }

    /**
     * Returns the forgetting events of the examples that both runs learned, in the order of their ids. Never-learned
     * examples have no count, so they are left out, not taken as 0.
     *
     * @param a
     *            the scores of one run
     * @param b
     *            the scores of the other run
     * @throws IllegalArgumentException
     *             if the runs differ in their number of examples
     */
    public static ScorePair learnedByBoth(ForgettingScores a, ForgettingScores b) {
        requireSame(a.examples(), b.examples());
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

    /**
     * Returns the summed forgetting events of two groups of runs over the examples that every run of both learned, in
     * the order of their ids.
     *
     * @param a
     *            one group of runs
     * @param b
     *            the other group of runs
     * @throws IllegalArgumentException
     *             if the groups differ in their number of examples
     */
    public static ScorePair learnedByAll(RunAggregate a, RunAggregate b) {
        requireSame(a.examples(), b.examples());
        int[] learned = IntStream.range(0, a.examples())
                .filter(example -> a.neverLearnedRuns(example) == 0 && b.neverLearnedRuns(example) == 0).toArray();
        return new ScorePair(IntStream.of(learned).mapToDouble(a::forgettingEvents).toArray(),
                IntStream.of(learned).mapToDouble(b::forgettingEvents).toArray());
    }

    private static void requireSame(int examples, int others) {
        if (examples != others) {
            throw new IllegalArgumentException("examples=" + examples + " and examples=" + others
                    + ": runs over different data sets, compare those of one");
        }
    }

    /** Returns the number of examples. */
    public int examples() {
        return first.length;
    }
}
