package dev.lethe.study;

import dev.lethe.kernels.random.Philox;
import dev.lethe.report.Text;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Mean of Pearson's correlations between runs, with its confidence interval and the range of the correlations.
 *
 * @param mean mean of all correlations
 * @param least smallest correlation
 * @param most largest correlation
 * @param low lower end of the mean's 95% interval, by the jackknife over runs with Student's t; null for fewer than 3
 *        runs, and for sums of runs
 * @param high upper end of the mean's 95% interval; null where {@code low} is
 */
public record MeanWithInterval(double mean, double least, double most, @Nullable Double low, @Nullable Double high) {
    private static final double CONFIDENCE = 0.95;
    private static final int DRAWS = 60;

    /** Correlates the forgetting events of all pairs of runs, over the examples that both learned. */
    public static MeanWithInterval ofPairs(List<ForgettingScores> runs) {
        double[][] pairs = new double[runs.size()][];
        for (int i = 0; i < pairs.length; i++) {
            ForgettingScores run = runs.get(i);
            pairs[i] = runs.subList(0, i).stream().mapToDouble(
                    other -> CorrelationCoefficient.PEARSON.of(run, other, NeverLearned.SEPARATE)).toArray();
        }
        return ofPairs(pairs);
    }

    /**
     * Takes the mean over pairs of runs. Pairs that share a run are not independent, so the jackknife leaves out one
     * run at a time with all its pairs: with m the mean of all pairs and m(i) that of the pairs without run i, the
     * interval is m ± t(n - 1) sqrt((n - 1) / n Σ (m(i) - m)²).
     *
     * @param pairs values of run i and each run before it; row i holds i values
     */
    public static MeanWithInterval ofPairs(double[][] pairs) {
        int n = pairs.length;
        List<Double> all = without(pairs, n);
        if (n < 3) {
            return of(all, null);
        }
        double mean = mean(all);
        double squares = 0;
        for (int left = 0; left < n; left++) {
            squares += Math.pow(mean(without(pairs, left)) - mean, 2);
        }
        return of(all, studentQuantile(n - 1) * Math.sqrt(squares * (n - 1) / n));
    }

    /** Returns the values of all pairs that one run is not part of. */
    private static List<Double> without(double[][] pairs, int left) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < pairs.length; i++) {
            for (int j = 0; j < i; j++) {
                if (i != left && j != left) {
                    values.add(pairs[i][j]);
                }
            }
        }
        return values;
    }

    /** Returns the 97.5% quantile of Student's t: few runs say little of their spread. */
    static double studentQuantile(int degreesOfFreedom) {
        return TDistribution.of(degreesOfFreedom).inverseSurvivalProbability((1 - CONFIDENCE) / 2);
    }

    /** Correlates the sums of two halves of the runs, over random ways to halve them; null for fewer than 4 runs. */
    public static @Nullable MeanWithInterval ofHalves(List<RunScores> runs) {
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

    private static MeanWithInterval of(List<Double> all, @Nullable Double margin) {
        double mean = mean(all);
        return new MeanWithInterval(mean, all.stream().mapToDouble(c -> c).min().orElse(Double.NaN),
                all.stream().mapToDouble(c -> c).max().orElse(Double.NaN), margin == null ? null : mean - margin,
                margin == null ? null : mean + margin);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(c -> c).average().orElse(Double.NaN);
    }

    /** Returns a number for JSON, which has no NaN: null in its place. */
    public static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }

    /** Returns the mean as text, with its interval, or with the range where there is none. */
    public String text() {
        return Text.number(mean, 3) + (low == null || high == null
                ? " (" + Text.number(least, 3) + " to " + Text.number(most, 3) + ")"
                : " (95% interval " + Text.number(low, 3) + " to " + Text.number(high, 3) + ")");
    }
}
