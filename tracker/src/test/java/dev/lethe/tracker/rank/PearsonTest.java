package dev.lethe.tracker.rank;

import static dev.lethe.tracker.rank.CorrelationCoefficient.PEARSON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PearsonTest {

    private static RunScores runScores(RandomRun run) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                return RunScores.of(history);
            }
        }
    }

    private static RunScores runScores(long seed) throws IOException {
        return runScores(RandomRun.full(500, 6, seed));
    }

    private static ForgettingScores run(long seed) throws IOException {
        return runScores(seed).forgetting();
    }

    private static ForgettingScores scores(int examples, int epochs, long seed) throws IOException {
        return runScores(RandomRun.full(examples, epochs, seed)).forgetting();
    }

    /** Computes the correlation from the counts, in the order of the examples, without scaling. */
    private static double unscaled(ForgettingScores a, ForgettingScores b) {
        ScorePair pair = ScorePair.learnedByBoth(a, b);
        double meanA = DoubleStream.of(pair.first()).sum() / pair.examples();
        double meanB = DoubleStream.of(pair.second()).sum() / pair.examples();
        double covariance = 0;
        double varianceA = 0;
        double varianceB = 0;
        for (int example = 0; example < pair.examples(); example++) {
            double x = pair.first()[example] - meanA;
            double y = pair.second()[example] - meanB;
            covariance += x * y;
            varianceA += x * x;
            varianceB += y * y;
        }
        return covariance / Math.sqrt(varianceA * varianceB);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldNotChangeABitOfTheResultByScaling(long seed) throws IOException {
        ForgettingScores a = scores(900, 40, seed);
        ForgettingScores b = scores(900, 40, seed + 100);
        assertEquals(unscaled(a, b), PEARSON.of(a, b, NeverLearned.SEPARATE), 0.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1p1020, 0x1p-1040, 0x1p-300, -0x1p600})
    void shouldNotOverflowOrVanish(double unit) {
        double[] first = new Random(1).doubles(100).map(value -> Math.rint(value * 7)).toArray();
        double[] second = new Random(2).doubles(100).map(value -> Math.rint(value * 7)).toArray();
        double[] scaled = DoubleStream.of(first).map(value -> value * unit).toArray();
        double expected = Pearson.correlation(new ScorePair(first, second)) * Math.signum(unit);
        assertEquals(expected, Pearson.correlation(new ScorePair(scaled, second)), 0.0);
        assertTrue(Math.abs(expected) > 1e-3);
    }

    @Test
    void shouldFindSmallDeviationsFromALargeMean() {
        double[] first = {1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3};
        double[] second = {4, 3, 2, 1};
        assertEquals(-1, Pearson.correlation(new ScorePair(first, second)), 1e-12);
    }

    /** Covers equal scores whose mean is rounded, so that their variance is not 0. */
    @Test
    void shouldBeNaNForScoresThatAreTheSameForAllOrNotFinite() {
        double[] ascending = {1, 2, 3};
        for (double[] undefined : new double[][]{{0.1, 0.1, 0.1}, {1, Double.NaN, 2}, {1, 2, Double.POSITIVE_INFINITY},
                {Double.NEGATIVE_INFINITY, 2, 3}}) {
            assertEquals(Double.NaN, Pearson.correlation(new ScorePair(ascending, undefined)));
            assertEquals(Double.NaN, Pearson.correlation(new ScorePair(undefined, ascending)));
        }
        assertEquals(Double.NaN, Pearson.correlation(new ScorePair(new double[0], new double[0])));
    }

    @Test
    void shouldRefuseScoresOfDifferentExamples() {
        assertEquals("first.examples=2 second.examples=3: compare scores of the same examples",
                assertThrows(IllegalArgumentException.class, () -> new ScorePair(new double[2], new double[3]))
                        .getMessage());
    }

    @Test
    void shouldCorrelateTheCountsOfExamplesThatBothRunsLearned() throws IOException {
        ForgettingScores a = run(1);
        ForgettingScores b = run(2);
        List<double[]> pairs = new ArrayList<>();
        for (int example = 0; example < 500; example++) {
            if (!a.neverLearned(example) && !b.neverLearned(example)) {
                pairs.add(new double[]{a.forgettingEvents(example), b.forgettingEvents(example)});
            }
        }
        double meanA = pairs.stream().mapToDouble(p -> p[0]).average().orElseThrow();
        double meanB = pairs.stream().mapToDouble(p -> p[1]).average().orElseThrow();
        double covariance = pairs.stream().mapToDouble(p -> (p[0] - meanA) * (p[1] - meanB)).sum();
        double varianceA = pairs.stream().mapToDouble(p -> Math.pow(p[0] - meanA, 2)).sum();
        double varianceB = pairs.stream().mapToDouble(p -> Math.pow(p[1] - meanB, 2)).sum();
        double expected = covariance / Math.sqrt(varianceA) / Math.sqrt(varianceB);
        assertEquals(expected, PEARSON.of(a, b, NeverLearned.SEPARATE), 1e-12);
        assertEquals(1, PEARSON.of(a, a, NeverLearned.SEPARATE), 1e-12);
        assertTrue(expected > 0.1 && expected < 1);
    }

    @Test
    void shouldAverageCorrelationsOverAllPairsOfRuns() throws IOException {
        ForgettingScores a = run(1);
        ForgettingScores b = run(2);
        ForgettingScores c = run(3);
        double expected = (PEARSON.of(a, b, NeverLearned.SEPARATE) + PEARSON.of(a, c, NeverLearned.SEPARATE)
                + PEARSON.of(b, c, NeverLearned.SEPARATE)) / 3;
        assertEquals(expected, PEARSON.meanOfPairs(List.of(a, b, c), NeverLearned.SEPARATE), 1e-12);
        assertTrue(Double.isNaN(PEARSON.meanOfPairs(List.of(a), NeverLearned.SEPARATE)));
    }

    @Test
    void shouldHaveNoCorrelationOfAConstant() throws IOException {
        ForgettingScores scores = scores(50, 1, 1); // a single epoch forgets nothing
        assertTrue(Double.isNaN(PEARSON.of(scores, scores, NeverLearned.SEPARATE)));
        assertThrows(IllegalArgumentException.class, () -> PEARSON.of(scores, run(1), NeverLearned.SEPARATE));
    }

    @Test
    void shouldCorrelateTheSumsOfExamplesThatEveryRunLearned() throws IOException {
        List<RunScores> runs = List.of(runScores(1), runScores(2), runScores(3));
        RunAggregate two = RunAggregate.of(runs.subList(0, 2));
        RunAggregate one = RunAggregate.of(runs.subList(2, 3));
        int[] learned = IntStream.range(0, 500)
                .filter(id -> runs.stream().noneMatch(run -> run.forgetting().neverLearned(id))).toArray();
        double[] sums = IntStream.of(learned).mapToDouble(id -> runs.get(0).forgetting().forgettingEvents(id)
                + runs.get(1).forgetting().forgettingEvents(id)).toArray();
        double[] counts = IntStream.of(learned).mapToDouble(runs.get(2).forgetting()::forgettingEvents).toArray();
        assertTrue(learned.length > 2 && learned.length < 500, "learned=" + learned.length);
        assertEquals(PEARSON.of(sums, counts), PEARSON.of(two, one));
        RandomRun fewer = RandomRun.full(49, 3, 1);
        RunAggregate others = RunAggregate.of(List.of(runScores(fewer)));
        assertEquals("examples=500 and examples=49: runs over different data sets, compare those of one",
                assertThrows(IllegalArgumentException.class, () -> PEARSON.of(two, others)).getMessage());
    }
}
