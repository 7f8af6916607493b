package dev.lethe.tracker;

/**
 * The number of presentations in one committed epoch.
 *
 * @param presentations
 *            the presentations in the epoch, over all its rounds
 * @param correct
 *            the presentations that were predicted right
 * @param everyExampleSeen
 *            whether every example was presented at least once
 */
public record EpochTotals(long presentations, long correct, boolean everyExampleSeen) {

    /** Returns the training accuracy over the epoch's presentations; NaN where nothing was presented. */
    public double accuracy() {
        return (double) correct / presentations;
    }
}
