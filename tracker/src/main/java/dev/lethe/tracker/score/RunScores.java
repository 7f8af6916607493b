package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;

/**
 * The scores of one run, and the fingerprint of its data set.
 *
 * @param fingerprint
 *            the fingerprint of the data set
 * @param forgetting
 *            the statistics of what was learned and forgotten
 * @param means
 *            the means over presentations
 */
public record RunScores(Sha256 fingerprint, ForgettingScores forgetting, MeanScores means) {

    /** Checks that both are of the same number of examples, and of at least one epoch. */
    public RunScores {
        if (forgetting.epochs() == 0) {
            throw new IllegalArgumentException(
                    "epochs=0 have no scores: take them after at least one epoch");
        }
        if (forgetting.examples() != means.examples()) {
            throw new IllegalArgumentException("forgetting.examples=" + forgetting.examples() + " means.examples="
                    + means.examples() + ": take both from one history");
        }
    }

    /**
     * Computes the scores after all committed epochs.
     *
     * @param history
     *            the history of the run
     * @throws IllegalArgumentException
     *             if no epoch is committed
     */
    public static RunScores of(History history) {
        return new RunScores(history.spec().fingerprint(), ForgettingScores.of(history), MeanScores.of(history));
    }

    /** Returns the number of examples. */
    public int examples() {
        return forgetting.examples();
    }
}
