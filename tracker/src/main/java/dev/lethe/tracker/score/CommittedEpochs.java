package dev.lethe.tracker.score;

import dev.lethe.tracker.History;

/** The check that a history can be scored. */
final class CommittedEpochs {
    private CommittedEpochs() {}

    /**
     * Refuses a history without a committed epoch: its scores would rank all examples alike, as if a run had found them
     * equal.
     *
     * @param history
     *            the history
     * @return the same history
     * @throws IllegalArgumentException
     *             if no epoch is committed; the message names the history
     */
    static History require(History history) {
        if (history.epochs() == 0) {
            throw new IllegalArgumentException(
                    history + " has no scores yet: record and commit at least one epoch");
        }
        return history;
    }
}
