package dev.lethe.train;

/**
 * How a network does on a set of examples.
 *
 * @param loss mean cross-entropy
 * @param accuracy share of right predictions
 */
public record Evaluation(double loss, double accuracy) {}
