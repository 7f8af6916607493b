package dev.lethe.train;

/**
 * One epoch in numbers.
 *
 * @param epoch from 1
 * @param trainLoss mean cross-entropy of the presentations, as they were made
 * @param trainAccuracy share of presentations predicted right, as they were made
 * @param testLoss mean cross-entropy on the test set after the epoch
 * @param testAccuracy share of the test set predicted right after the epoch
 * @param trainSeconds spent in training, tracking included, evaluation not
 * @param trackerSeconds spent in the prediction sink, the commit included
 * @param imagesPerSecond presentations by {@code trainSeconds}
 */
public record EpochMetrics(int epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy,
        double trainSeconds, double trackerSeconds, double imagesPerSecond) {}
