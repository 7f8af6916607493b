/**
 * The rankings of examples by any score, and their agreement: that of two scores, of several runs, and of a run's first
 * epochs with all of them.
 * <p>
 * Ranks count from 0: the rank of an example is the number of examples before it. Where tied examples share a rank, it
 * is the mean of the places that they take. All work is on primitive arrays, and fit for 100 million examples.
 */
@NullMarked
package dev.lethe.tracker.rank;

import org.jspecify.annotations.NullMarked;
