package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;

/**
 * The scores of one run, with what they are of.
 *
 * @param fingerprint
 *            of the data set
 * @param forgetting
 *            what was learned and forgotten
 * @param means
 *            means over presentations
 */
public record RunScores(Sha256 fingerprint, ForgettingScores forgetting, MeanScores means) {

    /** Checks that both are of the same number of examples, and of at least one epoch. */
    public RunScores {
        if (forgetting.epochs() == 0) {
            throw new IllegalArgumentException(
                    "scores after epochs=0 are no scores of a run: take them after at least one epoch");
        }
        if (forgetting.examples() != means.examples()) {
            throw new IllegalArgumentException("forgetting.examples=" + forgetting.examples() + " means.examples="
                    + means.examples() + ": scores of different histories");
        }
    }

    /**
     * Computes the scores after all committed epochs.
     *
     * @throws IllegalArgumentException
     *            if no epoch is committed
     */
    public static RunScores of(History history) {
        return new RunScores(history.spec().fingerprint(), ForgettingScores.of(history), MeanScores.of(history));
    }

    /** The number of examples. */
    public int examples() {
        return forgetting.examples();
    }
}
