package dev.lethe.study.removal;

import java.util.Arrays;
import java.util.List;

/**
 * Test accuracy of several runs that differ in their seed.
 *
 * @param accuracies one a run
 * @param mean of them
 * @param deviation standard deviation of the sample; 0 for one run
 */
public record AccuracyPoint(List<Double> accuracies, double mean, double deviation) {
    static AccuracyPoint of(double[] accuracies) {
        double mean = Arrays.stream(accuracies).average().orElseThrow();
        double squares = Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).sum();
        return new AccuracyPoint(Arrays.stream(accuracies).boxed().toList(), mean,
                accuracies.length > 1 ? Math.sqrt(squares / (accuracies.length - 1)) : 0);
    }
}
