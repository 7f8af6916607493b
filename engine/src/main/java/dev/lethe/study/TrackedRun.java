package dev.lethe.study;

import dev.lethe.kernels.ConvolutionAlgorithm;
import dev.lethe.kernels.DType;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import java.util.List;
import java.util.Map;

/**
 * A finished training run.
 *
 * @param seed of the run
 * @param kernels that trained, in words
 * @param activations their type
 * @param convolutions that were not direct, see {@link dev.lethe.kernels.Program#convolutions}
 * @param epochs in order
 * @param scores of every example after the last epoch
 * @param predictions the class predicted at each example's last presentation, by example
 */
record TrackedRun(long seed, String kernels, DType activations, Map<String, ConvolutionAlgorithm> convolutions,
        List<EpochMetrics> epochs, RunScores scores, int[] predictions) {

    double trainSeconds() {
        return epochs.stream().mapToDouble(EpochMetrics::trainSeconds).sum();
    }

    double trackerSeconds() {
        return epochs.stream().mapToDouble(EpochMetrics::trackerSeconds).sum();
    }

    ForgettingResults.Seed summary() {
        int examples = scores.examples();
        return new ForgettingResults.Seed(seed, (double) scores.forgetting().unforgettableCount() / examples,
                scores.forgetting().meanForgettingEvents(), scores.forgetting().neverLearnedCount(),
                epochs.getLast().testAccuracy(), (double) examples * epochs.size() / trainSeconds(), trainSeconds(),
                trackerSeconds());
    }
}
