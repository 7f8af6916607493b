package dev.lethe.tracker.rank;

/**
 * The rank of an example by its summed score, and its confidence interval. Ranks count from 0, and ties share the mean
 * of their places.
 *
 * @param rank
 *            the rank by the sum over all runs
 * @param lower
 *            the lower end of the interval
 * @param upper
 *            the upper end of the interval
 */
public record RankInterval(double rank, double lower, double upper) {}
