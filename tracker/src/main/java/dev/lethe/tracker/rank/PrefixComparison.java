package dev.lethe.tracker.rank;

import dev.lethe.tracker.History;
import dev.lethe.tracker.score.ForgettingScores;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * After how many epochs a run's ranking by forgetting events is what it will be in the end: compares the ranking after
 * the first epochs with the ranking after all committed ones.
 * <p>
 * <b>Overlap.</b> The overlap of a share is the part of its examples that are in that share of both rankings: 1 if
 * all, and about the share itself if the rankings have nothing to do with each other. Early in a run nearly all
 * examples are tied, and which of them would be in the share is not known; breaking ties by id would take the same
 * examples of both rankings. So the overlap is the one to be expected if each ranking broke its ties at random, which
 * is computed, not sampled. It is under 1 even of two equal rankings if ties go across the end of the share.
 *
 * @param neverLearned
 *            where never-learned examples stand, of which there are many after few epochs
 * @param coefficients
 *            which correlations to compute
 * @param share
 *            of the examples, at either end of the ranking, {@code (0, 1]}; rounded to whole examples, at least one
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

    /** By Spearman's coefficient, never-learned examples ranking last. */
    public static PrefixComparison spearman(double share) {
        return new PrefixComparison(NeverLearned.LAST, Set.of(CorrelationCoefficient.SPEARMAN), share);
    }

    /** After 1, 2, and so on to all committed epochs. */
    public List<PrefixAgreement> ofEveryEpoch(History history) {
        return of(history, IntStream.rangeClosed(1, history.epochs()).toArray());
    }

    /**
     * After each of these numbers of epochs, in the order in which they are given. Each takes a scan of the planes and
     * a few sorts.
     *
     * @param epochs
     *            each in {@code [0, history.epochs()]}; after 0 epochs all examples are tied
     * @throws IndexOutOfBoundsException
     *            if one is not
     */
    public List<PrefixAgreement> of(History history, int... epochs) {
        ForgettingScores last = ForgettingScores.of(history, history.epochs());
        List<PrefixAgreement> agreements = new ArrayList<>();
        for (int prefix : epochs) {
            ScorePair events = neverLearned.events(ForgettingScores.of(history, prefix), last);
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
