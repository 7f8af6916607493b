package dev.lethe.tracker.score;

import dev.lethe.tracker.History;

/** Check that a history can be scored. */
final class CommittedEpochs {
    private CommittedEpochs() {}

    /**
     * Refuses a history without a committed epoch: its scores would rank all examples alike, as if a run had found them
     * so.
     *
     * @throws IllegalArgumentException
     *            naming the history
     */
    static History require(History history) {
        if (history.epochs() == 0) {
            throw new IllegalArgumentException(history + ": no epoch is committed, so that it says nothing of any "
                    + "example; record and commit at least one epoch");
        }
        return history;
    }
}
