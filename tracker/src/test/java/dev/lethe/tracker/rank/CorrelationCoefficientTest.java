package dev.lethe.tracker.rank;

import static dev.lethe.tracker.rank.CorrelationCoefficient.KENDALL;
import static dev.lethe.tracker.rank.CorrelationCoefficient.PEARSON;
import static dev.lethe.tracker.rank.CorrelationCoefficient.SPEARMAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CorrelationCoefficientTest {
    private static final double TOLERANCE = 1e-12;

    private static double[] random(int examples, int levels, long seed) {
        return new Random(seed).ints(examples, 0, levels).asDoubleStream().toArray();
    }

    /** Returns scores that are correlated with the given ones, and have ties of their own. */
    private static double[] noisy(double[] scores, long seed) {
        Random random = new Random(seed);
        return DoubleStream.of(scores).map(score -> score + random.nextInt(4)).toArray();
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 50", "2, 3, 2", "3, 5, 3", "4, 8, 4", "5, 100, 2", "6, 256, 7", "7, 257, 20", "8, 400, 1000",
            "9, 333, 3", "10, 63, 5"})
    void shouldAgreeWithTheLiteralDefinitions(long seed, int examples, int levels) {
        double[] a = random(examples, levels, seed);
        for (double[] b : List.of(noisy(a, seed), random(examples, 5, seed + 1))) {
            assertEquals(LiteralRanks.pearson(a, b), PEARSON.of(a, b), TOLERANCE);
            assertEquals(LiteralRanks.spearman(a, b), SPEARMAN.of(a, b), TOLERANCE);
            assertEquals(LiteralRanks.tauB(a, b), KENDALL.of(a, b), 0.0);
        }
    }

    @Test
    void shouldAgreeWithSciPy() throws IOException {
        for (RankFixture fixture : RankFixture.cases("correlation")) {
            double[] first = fixture.row("first");
            double[] second = fixture.row("second");
            assertEquals(fixture.row("pearson")[0], PEARSON.of(first, second), TOLERANCE);
            assertEquals(fixture.row("spearman")[0], SPEARMAN.of(first, second), TOLERANCE);
            assertEquals(fixture.row("kendall")[0], KENDALL.of(first, second), TOLERANCE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeOneOfEqualScoresAndMinusOneOfOppositeOnes(CorrelationCoefficient coefficient) {
        double[] scores = random(100, 9, 3);
        double[] opposite = DoubleStream.of(scores).map(score -> 5 - 2 * score).toArray();
        assertEquals(1, coefficient.of(scores, scores), TOLERANCE);
        assertEquals(-1, coefficient.of(scores, opposite), TOLERANCE);
        assertEquals(-1, coefficient.of(new double[]{1, 2}, new double[]{5, 4}), TOLERANCE);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeNaNWhereItIsNotDefined(CorrelationCoefficient coefficient) {
        assertEquals(Double.NaN, coefficient.of(new double[0], new double[0]));
        assertEquals(Double.NaN, coefficient.of(new double[]{1}, new double[]{2}));
        assertEquals(Double.NaN, coefficient.of(new double[]{1, 2, 3}, new double[]{0.1, 0.1, 0.1}));
        assertEquals(Double.NaN, coefficient.of(new double[]{0.1, 0.1, 0.1}, new double[]{1, 2, 3}));
        assertEquals(Double.NaN, coefficient.of(new double[]{0.0, -0.0}, new double[]{1, 2}));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseNaNAndScoresOfOtherExamples(CorrelationCoefficient coefficient) {
        double[] scores = {1, 2, 3};
        double[] broken = {1, Double.NaN, 3};
        assertTrue(assertThrows(IllegalArgumentException.class, () -> coefficient.of(scores, broken)).getMessage()
                .startsWith("score=NaN of example=1 has no rank"));
        assertThrows(IllegalArgumentException.class, () -> coefficient.of(broken, scores));
        assertEquals("first.examples=3 second.examples=2: compare scores of the same examples",
                assertThrows(IllegalArgumentException.class, () -> coefficient.of(scores, new double[2])).getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void shouldDependNeitherOnTheOrderOfScoresNorOfExamples(CorrelationCoefficient coefficient) {
        double[] a = random(200, 12, 1);
        double[] b = noisy(a, 2);
        double correlation = coefficient.of(a, b);
        assertEquals(correlation, coefficient.of(b, a), TOLERANCE);
        List<Integer> permutation = new ArrayList<>(IntStream.range(0, 200).boxed().toList());
        Collections.shuffle(permutation, new Random(3));
        double[] shuffledA = permutation.stream().mapToDouble(i -> a[i]).toArray();
        double[] shuffledB = permutation.stream().mapToDouble(i -> b[i]).toArray();
        assertEquals(correlation, coefficient.of(shuffledA, shuffledB), TOLERANCE);
        assertTrue(correlation > 0.5 && correlation < 1);
    }

    @Test
    void shouldDependOnRanksOnlyExceptPearson() {
        double[] a = random(200, 12, 1);
        double[] b = noisy(a, 2);
        double[] stretched = DoubleStream.of(a).map(Math::exp).toArray();
        assertEquals(SPEARMAN.of(a, b), SPEARMAN.of(stretched, b));
        assertEquals(KENDALL.of(a, b), KENDALL.of(stretched, b));
        assertEquals(SPEARMAN.of(a, b), PEARSON.of(AverageRanks.of(a), AverageRanks.of(b)));
        stretched[IntStream.range(0, 200).filter(i -> a[i] == 11).findFirst().orElseThrow()] = Double.POSITIVE_INFINITY;
        assertEquals(Double.NaN, PEARSON.of(stretched, b));
        assertTrue(SPEARMAN.of(stretched, b) > 0.5);
        assertTrue(KENDALL.of(stretched, b) > 0.5);
    }

    /** Takes {@code n} examples in blocks of two, each reversed: they have {@code n / 2} discordant pairs. */
    @Test
    void shouldCountMorePairsThanAnIntHolds() {
        int examples = 200_000;
        double[] a = IntStream.range(0, examples).asDoubleStream().toArray();
        double[] opposite = DoubleStream.of(a).map(score -> -score).toArray();
        double[] blocks = IntStream.range(0, examples).mapToDouble(i -> i ^ 1).toArray();
        double[] halves = IntStream.range(0, examples).mapToDouble(i -> 2 * i / examples).toArray();
        double pairs = examples * (examples - 1.0) / 2;
        assertEquals(-1, KENDALL.of(a, opposite));
        assertEquals(1 - examples / pairs, KENDALL.of(a, blocks), 1e-15);
        double untied = examples * (double) examples / 4;
        assertEquals(untied / Math.sqrt(untied * pairs), KENDALL.of(a, halves), 1e-15);
    }

    @Test
    void shouldTreatNeverLearnedExamplesAsAsked() throws IOException {
        ForgettingScores a = MadeUpRuns.scores("+-+-", "++++", "----", "+---", "++++");
        ForgettingScores b = MadeUpRuns.scores("+-+-", "+---", "+-+-", "----", "++++");
        // counts 2 0 n 1 0 and 2 1 2 n 0
        double[] bothA = {2, 0, 0};
        double[] bothB = {2, 1, 0};
        double[] epochsA = {2, 0, 4, 1, 0};
        double[] epochsB = {2, 1, 2, 4, 0};
        for (CorrelationCoefficient coefficient : CorrelationCoefficient.values()) {
            assertEquals(coefficient.of(bothA, bothB), coefficient.of(a, b, NeverLearned.SEPARATE));
            assertEquals(coefficient.of(epochsA, epochsB), coefficient.of(a, b, NeverLearned.AS_EPOCHS));
        }
        double[] lastA = {3, 1, 9, 2, 1};
        double[] lastB = {3, 2, 3, 9, 1};
        assertEquals(SPEARMAN.of(lastA, lastB), SPEARMAN.of(a, b, NeverLearned.LAST));
        assertEquals(KENDALL.of(lastA, lastB), KENDALL.of(a, b, NeverLearned.LAST));
    }

    @Test
    void shouldRefusePearsonOfExamplesThatRankAfterEveryCount() throws IOException {
        ForgettingScores scores = MadeUpRuns.scores("+-", "++");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PEARSON.of(scores, scores, NeverLearned.LAST))
                .getMessage().startsWith("coefficient=PEARSON neverLearned=LAST"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseRunsOverDifferentDataSets(NeverLearned neverLearned) throws IOException {
        ForgettingScores two = MadeUpRuns.scores("+-", "++");
        ForgettingScores one = MadeUpRuns.scores("+-");
        assertThrows(IllegalArgumentException.class, () -> SPEARMAN.of(two, one, neverLearned));
    }
}
