package dev.lethe.tracker.rank;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import java.util.ArrayList;
import java.util.List;

/**
 * The percentile bootstrap (Efron 1979), which gives confidence intervals on ranks over runs that differ in their seed.
 * In each resample, as many runs as there are, drawn with replacement, are summed and ranked; the interval of an
 * example reaches from the percentile {@code (1 - confidence) / 2} of its ranks to {@code (1 + confidence) / 2},
 * interpolated linearly between neighbours.
 * <p>
 * The random numbers are those of {@link TieBreak.Seeded}: draw {@code j} of resample {@code b} takes run {@code
 * floor(key * runs / 2^64)} with the key of {@code i = b * runs + j}. Therefore the result depends only on the scores,
 * the order of the runs and this record. Intervals over few runs are too narrow: three seeds have only ten different
 * resamples.
 * <p>
 * A resample takes a pass over the scores of each run and a sort, in one thread. Beside the scores, it needs 32 bytes
 * of memory for each example and {@code 8 (resamples (1 - confidence) / 2 + 2)} more, because only ranks outside the
 * interval are kept. That is 15 MB for 60,000 examples, 1,000 resamples and 95% confidence.
 *
 * @param resamples
 *            the number of resamples, at least 1; 1,000 is usual
 * @param confidence
 *            the confidence, {@code (0, 1)}; 0.95 is usual
 * @param seed
 *            the seed of the draws
 */
public record RankBootstrap(int resamples, double confidence, long seed) {

    /** Checks the ranges. */
    public RankBootstrap {
        if (resamples < 1) {
            throw new IllegalArgumentException("resamples=" + resamples + " is not positive: 1000 is usual");
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence=" + confidence + " is not in (0, 1): 0.95 is usual");
        }
    }

    /**
     * Makes a bootstrap of 1,000 resamples and 95% confidence.
     *
     * @param seed
     *            the seed of the draws
     */
    public static RankBootstrap seeded(long seed) {
        return new RankBootstrap(1000, 0.95, seed);
    }

    /**
     * Computes the intervals of the ranks by summed forgetting events, the least forgotten first.
     *
     * @param runs
     *            the scores of each run
     * @param neverLearned
     *            {@link NeverLearned#LAST} or {@link NeverLearned#AS_EPOCHS}
     * @throws IllegalArgumentException
     *             if there is no run, runs differ in their number of examples, one is scored after 0 epochs, or
     *             never-learned examples are separate
     */
    public RankIntervals of(List<ForgettingScores> runs, NeverLearned neverLearned) {
        if (neverLearned == NeverLearned.SEPARATE) {
            throw new IllegalArgumentException(
                    "neverLearned=SEPARATE: an example that is in the order of some resamples"
                            + " only has no interval; use LAST or AS_EPOCHS");
        }
        List<double[]> events = new ArrayList<>();
        for (ForgettingScores run : runs) {
            Ranking.requireEpochs(run);
            events.add(run.forgettingEvents(neverLearned));
        }
        return of(events);
    }

    /**
     * Computes the intervals of the ranks by summed score, the smallest first.
     *
     * @param runs
     *            (examples) for each run: its scores
     * @throws IllegalArgumentException
     *             if there is no run, runs differ in their number of examples, or a score is NaN or infinite: the
     *             message names it; or if there is no room, for more than 2^31 ranks outside the intervals
     */
    public RankIntervals of(List<double[]> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("runs=0: give the scores of at least one run");
        }
        for (int run = 0; run < runs.size(); run++) {
            check(runs.get(run), run, runs.getFirst().length);
        }
        return new RankResampling(this, runs).intervals();
    }

    private static void check(double[] scores, int run, int examples) {
        if (scores.length != examples) {
            throw new IllegalArgumentException("run=0 examples=" + examples + ", run=" + run + " examples="
                    + scores.length + ": resample runs of one data set");
        }
        for (int example = 0; example < examples; example++) {
            if (!Double.isFinite(scores[example])) {
                throw new IllegalArgumentException("score=" + scores[example] + " of example=" + example + " in run="
                        + run + " cannot be summed: leave such examples out of all runs");
            }
        }
    }
}
