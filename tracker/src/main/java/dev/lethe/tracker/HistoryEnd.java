package dev.lethe.tracker;

import java.lang.foreign.MemorySegment;

/**
 * The end of a history, from which a writer goes on. It holds no planes, so that resuming needs memory for the running
 * sums alone, however many epochs there are.
 *
 * @param spec
 *            what the history is of
 * @param minor
 *            the minor version of its format
 * @param rows
 *            committed rows of planes
 * @param epochs
 *            committed epochs
 * @param sums
 *            the running sums up to the last epoch, (examples, {@link RunningSum#COUNT}) float32; none before the first
 * @param nonFinite
 *            presentations with a NaN or infinite value
 */
record HistoryEnd(TrackerSpec spec, int minor, int rows, int epochs, MemorySegment sums, long nonFinite) {

    /** Returns the end of a new history, which has no epochs and no sums yet. */
    static HistoryEnd start(TrackerSpec spec) {
        return new HistoryEnd(spec, HistoryLayout.MINOR, 0, 0, MemorySegment.NULL, 0);
    }

    /** Returns how many more rows the history has room for. */
    int rowsLeft() {
        return spec.epochs() - rows;
    }
}
