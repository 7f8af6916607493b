package dev.lethe.tracker;

/**
 * The size of one committed epoch.
 *
 * @param presentations
 *            presentations in the epoch, over all its rounds
 * @param correct
 *            those of them that were predicted right
 * @param everyExampleSeen
 *            whether no example was left out
 */
public record EpochTotals(long presentations, long correct, boolean everyExampleSeen) {

    /** Training accuracy over the epoch's presentations; NaN where nothing was presented. */
    public double accuracy() {
        return (double) correct / presentations;
    }
}
