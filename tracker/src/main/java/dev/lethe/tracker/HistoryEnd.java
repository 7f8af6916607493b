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
 *            the running sums up to the last epoch, (examples, {@link RunningSum#COUNT}) float32
 * @param nonFinite
 *            presentations with a NaN or infinite value
 */
record HistoryEnd(TrackerSpec spec, int minor, int rows, int epochs, MemorySegment sums, long nonFinite) {}
