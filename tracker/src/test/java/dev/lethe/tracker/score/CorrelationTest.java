package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import java.io.IOException;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorrelationTest {

    private static ForgettingScores scores(int examples, int epochs, long seed) throws IOException {
        RandomRun run = RandomRun.full(examples, epochs, seed);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                return ForgettingScores.of(history);
            }
        }
    }

    /** Straight from the counts, in the order of the examples, without scaling. */
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
        assertEquals(unscaled(a, b), Correlation.pearson(a, b), 0.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1p1020, 0x1p-1040, 0x1p-300, -0x1p600})
    void shouldNotOverflowOrVanish(double unit) {
        double[] first = new Random(1).doubles(100).map(value -> Math.rint(value * 7)).toArray();
        double[] second = new Random(2).doubles(100).map(value -> Math.rint(value * 7)).toArray();
        double[] scaled = DoubleStream.of(first).map(value -> value * unit).toArray();
        double expected = Correlation.pearson(new ScorePair(first, second)) * Math.signum(unit);
        assertEquals(expected, Correlation.pearson(new ScorePair(scaled, second)), 0.0);
        assertTrue(Math.abs(expected) > 1e-3);
    }

    @Test
    void shouldFindSmallDeviationsFromALargeMean() {
        double[] first = {1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3};
        double[] second = {4, 3, 2, 1};
        assertEquals(-1, Correlation.pearson(new ScorePair(first, second)), 1e-12);
    }

    /** The mean of equal scores is rounded, so that their variance is not 0. */
    @Test
    void shouldBeNaNForScoresThatAreTheSameForAllOrNotFinite() {
        double[] ascending = {1, 2, 3};
        for (double[] undefined : new double[][]{{0.1, 0.1, 0.1}, {1, Double.NaN, 2}, {1, 2, Double.POSITIVE_INFINITY},
                {Double.NEGATIVE_INFINITY, 2, 3}}) {
            assertEquals(Double.NaN, Correlation.pearson(new ScorePair(ascending, undefined)));
            assertEquals(Double.NaN, Correlation.pearson(new ScorePair(undefined, ascending)));
        }
        assertEquals(Double.NaN, Correlation.pearson(new ScorePair(new double[0], new double[0])));
    }

    @Test
    void shouldRefuseScoresOfDifferentExamples() {
        assertEquals("first.examples=2 second.examples=3: compare scores of the same examples",
                assertThrows(IllegalArgumentException.class, () -> new ScorePair(new double[2], new double[3]))
                        .getMessage());
    }
}
