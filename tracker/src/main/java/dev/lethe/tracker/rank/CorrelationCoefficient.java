package dev.lethe.tracker.rank;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import java.util.List;

/**
 * A measure, in {@code [-1, 1]}, of the agreement of two scores on the same examples. It does not depend on the order
 * of the two scores or of the examples (except for rounding). A coefficient is NaN where it is not defined: there are
 * fewer than two examples, or a score is the same for all of them.
 */
public enum CorrelationCoefficient {
    /**
     * Pearson's coefficient of the values themselves, which measures how linear their relation is. It is NaN also where
     * a value is infinite.
     */
    PEARSON {
        @Override
        double compute(ScorePair scores) {
            return Pearson.correlation(scores);
        }
    },
    /** Spearman's coefficient: that of {@link #PEARSON} for the {@link AverageRanks}. */
    SPEARMAN {
        @Override
        double compute(ScorePair scores) {
            return Pearson.correlation(
                    new ScorePair(AverageRanks.of(scores.first()), AverageRanks.of(scores.second())));
        }
    },
    /**
     * Kendall's tau-b: the concordant minus the discordant pairs of examples, divided by the geometric mean of the
     * pairs that the first score does not tie and those that the second does not tie. It takes {@code O(n log n)} time
     * (Knight 1966).
     */
    KENDALL {
        @Override
        double compute(ScorePair scores) {
            return KendallTau.tauB(scores);
        }
    };

    abstract double compute(ScorePair scores);

    /**
     * Returns the coefficient of two scores.
     *
     * @param scores
     *            the scores, none of them NaN
     * @throws IllegalArgumentException
     *             if a score is NaN; the message names the example
     */
    public double of(ScorePair scores) {
        ScoreKey.refuseNaN(scores.first());
        ScoreKey.refuseNaN(scores.second());
        return compute(scores);
    }

    /**
     * Returns the coefficient of two scores.
     *
     * @param first
     *            (examples), none of them NaN
     * @param second
     *            (examples), in the same order, none of them NaN
     * @throws IllegalArgumentException
     *             if they differ in their number of examples, or a score is NaN; the message names it
     */
    public double of(double[] first, double[] second) {
        return of(new ScorePair(first, second));
    }

    /**
     * Returns the coefficient of the forgetting events of two runs.
     *
     * @param first
     *            the scores of one run
     * @param second
     *            the scores of the other run
     * @param neverLearned
     *            the treatment of examples that a run never learned
     * @throws IllegalArgumentException
     *             if the runs differ in their number of examples, or {@link #PEARSON} is asked of {@link
     *             NeverLearned#LAST}
     */
    public double of(ForgettingScores first, ForgettingScores second, NeverLearned neverLearned) {
        requireDefined(neverLearned);
        return compute(ScorePair.of(first, second, neverLearned));
    }

    /**
     * Returns the coefficient of the summed forgetting events of two groups of runs, over the examples that every run
     * of both learned.
     *
     * @param first
     *            one group of runs
     * @param second
     *            the other group of runs
     * @throws IllegalArgumentException
     *             if the groups differ in their number of examples
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
     *             if the runs differ in their number of examples, or {@link #PEARSON} is asked of {@link
     *             NeverLearned#LAST}
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
