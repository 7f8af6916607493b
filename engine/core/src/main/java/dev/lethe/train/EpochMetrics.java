package dev.lethe.train;

/**
 * Figures of one epoch.
 *
 * @param epoch number of the epoch, from 1
 * @param trainLoss mean cross-entropy of the presentations, when they were made
 * @param trainAccuracy share of presentations predicted right, when they were made
 * @param testLoss mean cross-entropy on the test set after the epoch
 * @param testAccuracy share of the test set predicted right after the epoch
 * @param trainSeconds time of training in seconds, with tracking and without evaluation
 * @param trackerSeconds time of the tracker in seconds, with its commit
 * @param imagesPerSecond presentations per second of training
 */
public record EpochMetrics(int epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy,
        double trainSeconds, double trackerSeconds, double imagesPerSecond) {}
