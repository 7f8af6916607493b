package dev.lethe.tracker.rank;

import java.util.Map;

/**
 * The agreement of the ranking after the first epochs of a run with the ranking after all of them.
 *
 * @param epochs
 *            the number of first epochs
 * @param examples
 *            the number of examples that were compared
 * @param correlations
 *            the correlations of the forgetting events, by the coefficients that were asked for; NaN where a
 *            coefficient is not defined
 * @param easiestOverlap
 *            the overlap of the least forgotten shares, {@code [0, 1]}; NaN where no example was compared
 * @param hardestOverlap
 *            the overlap of the most forgotten shares, {@code [0, 1]}; NaN where no example was compared
 */
public record PrefixAgreement(int epochs, int examples, Map<CorrelationCoefficient, Double> correlations,
        double easiestOverlap, double hardestOverlap) {

    /** Makes the correlations immutable. */
    public PrefixAgreement {
        correlations = Map.copyOf(correlations);
    }

    /**
     * Returns one of the correlations.
     *
     * @param coefficient
     *            the coefficient
     * @throws IllegalArgumentException
     *             if it was not asked for
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
