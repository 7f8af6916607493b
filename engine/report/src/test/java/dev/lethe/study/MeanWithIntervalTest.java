package dev.lethe.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.run.RankingStability;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeanWithIntervalTest {
    private static final int EXAMPLES = 300;

    /** Records examples that are predicted right less often with a larger id; all are learned at first. */
    private static History history(long seed, int epochs) throws IOException {
        Random random = new Random(seed);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, epochs))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int id = 0; id < EXAMPLES; id++) {
                    boolean right = epoch == 0 || random.nextInt(EXAMPLES) >= id / 2;
                    tracker.record(id, right, right ? 1 : -1, 0.5f, 0.5f, 0.7f);
                }
                tracker.commitEpoch();
            }
            return tracker.history();
        }
    }

    private static List<RunScores> runs(int count) throws IOException {
        List<RunScores> runs = new ArrayList<>();
        for (int seed = 1; seed <= count; seed++) {
            try (History history = history(seed, 20)) {
                runs.add(RunScores.of(history));
            }
        }
        return runs;
    }

    @Test
    void shouldBeTheMeanOfAllPairsWithAnInterval() throws IOException {
        List<ForgettingScores> events = runs(5).stream().map(RunScores::forgetting).toList();
        MeanWithInterval pairs = MeanWithInterval.ofPairs(events);
        assertEquals(CorrelationCoefficient.PEARSON.meanOfPairs(events, NeverLearned.SEPARATE), pairs.mean(), 1e-15);
        assertTrue(pairs.least() <= pairs.mean() && pairs.mean() <= pairs.most());
        assertTrue(pairs.low() < pairs.mean() && pairs.mean() < pairs.high());
        assertTrue(pairs.high() - pairs.low() < 0.2, pairs.text());
        assertNull(MeanWithInterval.ofPairs(events.subList(0, 2)).low());
    }

    /** Quantiles as tables of Student's distribution print them. */
    @ParameterizedTest
    @CsvSource({"1, 12.706", "2, 4.303", "3, 3.182", "5, 2.571", "10, 2.228", "11, 2.201", "12, 2.179", "20, 2.086",
            "30, 2.042", "100, 1.984", "1000, 1.962"})
    void shouldTakeTheQuantileOfEveryNumberOfRuns(int degreesOfFreedom, double quantile) {
        assertEquals(quantile, MeanWithInterval.studentQuantile(degreesOfFreedom), 0.0005);
    }

    /** By hand: m = 0.7; without a run 0.9, 0.7, 0.5; squares 0.08; error sqrt(0.08 * 2 / 3) = 0.2309; t(2) = 4.303. */
    @Test
    void shouldHaveTheIntervalOfAJackknifeByHand() {
        MeanWithInterval three = MeanWithInterval.ofPairs(new double[][]{{}, {0.5}, {0.7, 0.9}});
        assertEquals(0.7, three.mean(), 1e-15);
        assertEquals(0.5, three.least());
        assertEquals(0.9, three.most());
        assertEquals(0.7 - 0.99366, three.low(), 1e-5);
        assertEquals(0.7 + 0.99366, three.high(), 1e-5);
    }

    /**
     * By hand: of twelve runs the 11 pairs of one correlate to 0.4, the 55 others to 0.8. m =
     * (11 * 0.4 + 55 * 0.8) / 66 = 0.733333. Without that run 0.8, without another (10 * 0.4 + 45 * 0.8) / 55 =
     * 0.727273; squares 0.0044444 + 11 * 0.000036731 = 0.0048485; error sqrt(0.0048485 * 11 / 12) = 0.066667;
     * t(11) = 2.200985.
     */
    @Test
    void shouldHaveTheIntervalOfTwelveRuns() {
        double[][] pairs = new double[12][];
        for (int i = 0; i < 12; i++) {
            pairs[i] = new double[i];
            Arrays.fill(pairs[i], i == 11 ? 0.4 : 0.8);
        }
        MeanWithInterval twelve = MeanWithInterval.ofPairs(pairs);
        assertEquals(0.733333, twelve.mean(), 1e-6);
        assertEquals(2.200985 * 0.0666667, twelve.high() - twelve.mean(), 1e-6);
        assertEquals(2.200985 * 0.0666667, twelve.mean() - twelve.low(), 1e-6);
    }

    @Test
    void shouldAgreeMoreOnSums() throws IOException {
        List<RunScores> runs = runs(6);
        MeanWithInterval halves = MeanWithInterval.ofHalves(runs);
        assertTrue(halves.mean() > MeanWithInterval.ofPairs(runs.stream().map(RunScores::forgetting).toList()).mean());
        double one = CorrelationCoefficient.PEARSON.of(RunAggregate.of(runs.subList(0, 3)),
                RunAggregate.of(runs.subList(3, 6)));
        assertTrue(halves.least() <= one && one <= halves.most());
        assertNull(MeanWithInterval.ofHalves(runs.subList(0, 3)));
    }

    @Test
    void shouldCountEachGroupForItself() throws IOException {
        List<ForgettingScores> runs = runs(2).stream().map(RunScores::forgetting).toList();
        BitSet group = new BitSet();
        group.set(100, 200);
        EventShares shares = EventShares.of(runs, group);
        double sum = shares.neverLearned();
        double events = 0;
        for (int n = 0; n < shares.byEvents().length; n++) {
            sum += shares.byEvents()[n];
            events += n * shares.byEvents()[n];
        }
        assertEquals(1, sum, 1e-12);
        assertEquals(events, shares.meanEvents(), 1e-12, "none is never learned");
        double counted = group.stream().mapToDouble(id -> runs.get(0).forgettingEvents(id)
                + runs.get(1).forgettingEvents(id)).sum() / 200;
        assertEquals(counted, shares.meanEvents(), 1e-12);
    }

    @Test
    void shouldStopWhereTheRankingNoLongerChanges() throws IOException {
        try (History history = history(1, 60)) {
            OptionalInt strict = new RankingStability(0.99).firstStable(history);
            OptionalInt loose = new RankingStability(0.8).firstStable(history);
            assertTrue(loose.orElseThrow() < strict.orElse(60), loose + " " + strict);
            assertTrue(new RankingStability(0.8).ends(history, loose.orElseThrow()));
        }
        assertThrows(IllegalArgumentException.class, () -> new RankingStability(0));
    }
}
