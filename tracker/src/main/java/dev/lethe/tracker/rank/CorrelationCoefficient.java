package dev.lethe.tracker.rank;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import java.util.List;

/**
 * How far two scores agree on the same examples, in {@code [-1, 1]}. It does not depend on the order of the two scores
 * or of the examples (but for rounding). A coefficient is NaN where it is not defined: there are fewer than two
 * examples, or a score is the same for all of them.
 */
public enum CorrelationCoefficient {
    /** Pearson's, of the values themselves: how linear their relation is. NaN also where a value is infinite. */
    PEARSON {
        @Override
        double compute(ScorePair scores) {
            return Pearson.correlation(scores);
        }
    },
    /** Spearman's: {@link #PEARSON} of the {@link AverageRanks}. */
    SPEARMAN {
        @Override
        double compute(ScorePair scores) {
            return Pearson.correlation(
                    new ScorePair(AverageRanks.of(scores.first()), AverageRanks.of(scores.second())));
        }
    },
    /**
     * Kendall's tau-b: concordant less discordant pairs of examples, over the geometric mean of the pairs that the
     * first score does not tie and those that the second does not tie. In {@code O(n log n)} (Knight 1966).
     */
    KENDALL {
        @Override
        double compute(ScorePair scores) {
            return KendallTau.tauB(scores);
        }
    };

    abstract double compute(ScorePair scores);

    /**
     * The coefficient of two scores.
     *
     * @throws IllegalArgumentException
     *            if a score is NaN; the message names the example
     */
    public double of(ScorePair scores) {
        ScoreKey.refuseNaN(scores.first());
        ScoreKey.refuseNaN(scores.second());
        return compute(scores);
    }

    /**
     * The coefficient of two scores, each (examples) in the same order.
     *
     * @throws IllegalArgumentException
     *            if they differ in their number of examples, or a score is NaN; the message names it
     */
    public double of(double[] first, double[] second) {
        return of(new ScorePair(first, second));
    }

    /**
     * The coefficient of the forgetting events of two runs.
     *
     * @param neverLearned
     *            what to do with examples that a run never learned
     * @throws IllegalArgumentException
     *            if the runs differ in their number of examples, or {@link #PEARSON} is asked of
     *            {@link NeverLearned#LAST}
     */
    public double of(ForgettingScores first, ForgettingScores second, NeverLearned neverLearned) {
        requireDefined(neverLearned);
        return compute(neverLearned.events(first, second));
    }

    /**
     * Returns the coefficient of the summed forgetting events of two groups of runs, over the examples that every run
     * of both learned.
     *
     * @throws IllegalArgumentException
     *            if the groups differ in their number of examples
     */
    public double of(RunAggregate first, RunAggregate second) {
        return compute(ScorePair.learnedByAll(first, second));
    }

    /**
     * Returns the mean of the coefficients of all pairs of runs; NaN for fewer than two runs.
     *
     * @param runs
     *            the runs to compare with each other
     * @param neverLearned
     *            the treatment of examples that a run never learned
     * @throws IllegalArgumentException
     *            if the runs differ in their number of examples, or {@link #PEARSON} is asked of
     *            {@link NeverLearned#LAST}
     */
    public double meanOfPairs(List<ForgettingScores> runs, NeverLearned neverLearned) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < runs.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += of(runs.get(i), runs.get(j), neverLearned);
                pairs++;
            }
        }
        return sum / pairs;
    }

    void requireDefined(NeverLearned neverLearned) {
        if (this == PEARSON && neverLearned == NeverLearned.LAST) {
            throw new IllegalArgumentException(
                    "coefficient=PEARSON neverLearned=LAST: an example that ranks after every"
                            + " count has no number of events; use SPEARMAN or KENDALL, or SEPARATE or AS_EPOCHS");
        }
    }
}
