package dev.lethe.tracker.rank;

/**
 * Where an example ranks by its summed score, and how sure that is. Ranks count from 0, ties share the mean of their
 * places.
 *
 * @param rank
 *            by the sum over all runs
 * @param lower
 *            the lower end of the interval
 * @param upper
 *            the upper end of the interval
 */
public record RankInterval(double rank, double lower, double upper) {}
