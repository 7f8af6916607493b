package dev.lethe.tracker.rank;

import dev.lethe.tracker.History;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A comparison of a run's ranking by forgetting events after its first epochs with the ranking after all committed
 * ones, which shows after how many epochs the ranking is nearly final.
 * <p>
 * <b>Overlap.</b> The overlap of a share is the part of its examples that are in that share of both rankings: 1 if all
 * are, and about the share itself if the rankings have nothing to do with each other. Early in a run nearly all
 * examples are tied, and which of them would be in the share is not known; breaking ties by id would take the same
 * examples of both rankings. Therefore the overlap is the expected one if each ranking broke its ties at random, which
 * is computed, not sampled. Even two equal rankings have an overlap under 1 if examples are tied across the end of the
 * share.
 *
 * @param neverLearned
 *            the place of never-learned examples, of which there are many after few epochs
 * @param coefficients
 *            the correlations to compute
 * @param share
 *            the share of the examples, at either end of the ranking, {@code (0, 1]}; rounded to whole examples, at
 *            least one
 */
public record PrefixComparison(NeverLearned neverLearned, Set<CorrelationCoefficient> coefficients, double share) {

    /** Checks the share, and that the coefficients are defined. */
    public PrefixComparison {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share=" + share + " is not in (0, 1]");
        }
        coefficients = Set.copyOf(coefficients);
        for (CorrelationCoefficient coefficient : coefficients) {
            coefficient.requireDefined(neverLearned);
        }
    }

    /**
     * Makes a comparison by Spearman's coefficient, in which never-learned examples rank last.
     *
     * @param share
     *            the share of the examples at either end, {@code (0, 1]}
     */
    public static PrefixComparison spearman(double share) {
        return new PrefixComparison(NeverLearned.LAST, Set.of(CorrelationCoefficient.SPEARMAN), share);
    }

    /**
     * Compares the rankings after 1, 2, ... and all committed epochs with the last one.
     *
     * @param history
     *            the history of the run
     */
    public List<PrefixAgreement> ofEveryEpoch(History history) {
        return of(history, IntStream.rangeClosed(1, history.epochs()).toArray());
    }

    /**
     * Compares the rankings after the given numbers of epochs with that after all committed ones. Each takes a scan of
     * the planes and a few sorts.
     *
     * @param history
     *            the history of the run
     * @param epochs
     *            the numbers of epochs, each in {@code [0, history.epochs()]}; after 0 epochs all examples are tied
     * @return the agreements, in the order of {@code epochs}
     * @throws IndexOutOfBoundsException
     *             if one of the numbers is out of range
     */
    public List<PrefixAgreement> of(History history, int... epochs) {
        ForgettingScores last = ForgettingScores.of(history, history.epochs());
        List<PrefixAgreement> agreements = new ArrayList<>();
        for (int prefix : epochs) {
            ScorePair events = ScorePair.of(ForgettingScores.of(history, prefix), last, neverLearned);
            Map<CorrelationCoefficient, Double> correlations = new EnumMap<>(CorrelationCoefficient.class);
            for (CorrelationCoefficient coefficient : coefficients) {
                correlations.put(coefficient, coefficient.compute(events));
            }
            agreements.add(new PrefixAgreement(prefix, events.examples(), correlations,
                    ShareOverlap.smallest(events, share), ShareOverlap.largest(events, share)));
        }
        return List.copyOf(agreements);
    }
}
