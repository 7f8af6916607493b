package dev.lethe.train;

/**
 * Loss and accuracy of a network on a set of examples.
 *
 * @param loss mean cross-entropy
 * @param accuracy share of right predictions
 */
public record Evaluation(double loss, double accuracy) {}
