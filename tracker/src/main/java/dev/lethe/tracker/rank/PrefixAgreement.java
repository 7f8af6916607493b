package dev.lethe.tracker.rank;

import java.util.Map;

/**
 * How far the ranking after the first epochs of a run agrees with the ranking after all of them.
 *
 * @param epochs
 *            the first epochs
 * @param examples
 *            how many examples were compared
 * @param correlations
 *            of the forgetting events, each as it was asked for; NaN where it is not defined
 * @param easiestOverlap
 *            how much of the least forgotten share is the same, {@code [0, 1]}; NaN where no example was compared
 * @param hardestOverlap
 *            the same of the most forgotten share
 */
public record PrefixAgreement(int epochs, int examples, Map<CorrelationCoefficient, Double> correlations,
        double easiestOverlap, double hardestOverlap) {

    /** Makes the correlations immutable. */
    public PrefixAgreement {
        correlations = Map.copyOf(correlations);
    }

    /**
     * One of the correlations.
     *
     * @throws IllegalArgumentException
     *            if it was not asked for
     */
    public double correlation(CorrelationCoefficient coefficient) {
        Double correlation = correlations.get(coefficient);
        if (correlation == null) {
            throw new IllegalArgumentException("coefficient=" + coefficient + " is not among " + correlations.keySet()
                    + ": ask for it when comparing");
        }
        return correlation;
    }
}
