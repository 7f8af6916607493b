package dev.lethe.tracker;

import java.lang.foreign.MemorySegment;

/**
 * The end of a history, from which a writer continues. It holds no planes, so that resuming needs memory for the
 * running sums alone, however many epochs there are.
 *
 * @param spec
 *            the description of the history
 * @param minor
 *            the minor version of its format
 * @param rows
 *            the number of committed rows of planes
 * @param epochs
 *            the number of committed epochs
 * @param sums
 *            the running sums up to the last epoch, (examples, {@link RunningSum#COUNT}) float32; empty before the
 *            first
 * @param nonFinite
 *            the presentations of all epochs that came with a NaN or infinite value
 * @param surplus
 *            the number of rows after the end that are committed, to be withdrawn before anything is written
 */
record HistoryEnd(TrackerSpec spec, int minor, int rows, int epochs, MemorySegment sums, long nonFinite,
        int surplus) {

    /** Returns the end of a new history, which has no epochs and no sums yet. */
    static HistoryEnd start(TrackerSpec spec) {
        return new HistoryEnd(spec, HistoryLayout.MINOR, 0, 0, MemorySegment.NULL, 0, 0);
    }

    /**
     * Returns this end once nothing is committed after it any more.
     *
     * @param now
     *            the description of the history, which may have got room for more rows
     */
    HistoryEnd withoutSurplus(TrackerSpec now) {
        return new HistoryEnd(now, minor, rows, epochs, sums, nonFinite, 0);
    }

    /** Returns how many more rows the history has room for. */
    int rowsLeft() {
        return spec.epochs() - rows;
    }
}
