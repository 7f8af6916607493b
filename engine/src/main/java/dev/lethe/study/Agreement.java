package dev.lethe.study;

import dev.lethe.kernels.random.Philox;
import dev.lethe.report.Text;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.NeverLearned;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pearson's correlation between runs.
 *
 * @param mean over all pairs
 * @param least of them
 * @param most of them
 * @param low end of the 95% interval of the mean, by the jackknife over runs with Student's t; null for fewer than 3
 *        runs, and of sums
 * @param high end of it
 */
public record Agreement(double mean, double least, double most, Double low, Double high) {
    /** 97.5% quantiles of Student's t for 2, 3, ... degrees of freedom; few runs say little of their spread. */
    private static final double[] STUDENT = {4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228};
    private static final double NORMAL = 1.96;
    private static final int DRAWS = 60;

    /** Between all pairs of runs, over the examples that both learned. */
    public static Agreement ofPairs(List<ForgettingScores> runs) {
        int n = runs.size();
        double[][] pairs = new double[n][n];
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                pairs[i][j] = CorrelationCoefficient.PEARSON.of(runs.get(i), runs.get(j),
                        NeverLearned.SEPARATE);
                all.add(pairs[i][j]);
            }
        }
        double mean = mean(all);
        if (n < 3) {
            return of(all, null);
        }
        double squares = 0;
        for (int left = 0; left < n; left++) {
            List<Double> without = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    if (i != left && j != left) {
                        without.add(pairs[i][j]);
                    }
                }
            }
            squares += Math.pow(mean(without) - mean, 2);
        }
        return of(all, quantile(n - 1) * Math.sqrt(squares * (n - 1) / n));
    }

    private static double quantile(int degreesOfFreedom) {
        return degreesOfFreedom - 2 < STUDENT.length ? STUDENT[degreesOfFreedom - 2] : NORMAL;
    }

    /** Between the sums of two halves of the runs, over ways to halve them that are drawn; null for fewer than 4. */
    public static Agreement ofHalves(List<RunScores> runs) {
        int half = runs.size() / 2;
        if (half < 2) {
            return null;
        }
        List<Double> all = new ArrayList<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] order = new int[runs.size()];
            Philox.permutation(order, 0, Philox.Stream.SHUFFLE, draw);
            all.add(CorrelationCoefficient.PEARSON.of(
                    RunAggregate.of(IntStream.range(0, half).mapToObj(i -> runs.get(order[i])).toList()),
                    RunAggregate.of(IntStream.range(half, 2 * half).mapToObj(i -> runs.get(order[i])).toList())));
        }
        return of(all, null);
    }

    private static Agreement of(List<Double> all, Double margin) {
        double mean = mean(all);
        return new Agreement(mean, all.stream().mapToDouble(c -> c).min().orElse(Double.NaN),
                all.stream().mapToDouble(c -> c).max().orElse(Double.NaN), margin == null ? null : mean - margin,
                margin == null ? null : mean + margin);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(c -> c).average().orElse(Double.NaN);
    }

    /** For JSON, which has no NaN. */
    public static Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }

    /** With its interval, or its range where there is none. */
    public String text() {
        return Text.number(mean, 3) + (low == null
                ? " (" + Text.number(least, 3) + " to " + Text.number(most, 3) + ")"
                : " (95% interval " + Text.number(low, 3) + " to " + Text.number(high, 3) + ")");
    }
}
