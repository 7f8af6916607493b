package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankBootstrapTest {

    private static double[] column(RankIntervals intervals, ToDoubleFunction<RankInterval> value) {
        return IntStream.range(0, intervals.examples()).mapToDouble(i -> value.applyAsDouble(intervals.of(i)))
                .toArray();
    }

    private static List<double[]> random(int runs, int examples, int levels, long seed) {
        List<double[]> scores = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            scores.add(new Random(seed + run).ints(examples, 0, levels).asDoubleStream().toArray());
        }
        return scores;
    }

    @Test
    void shouldAgreeWithNumPy() throws IOException {
        for (RankFixture fixture : RankFixture.cases("bootstrap")) {
            RankBootstrap bootstrap = new RankBootstrap((int) fixture.row("resamples")[0],
                    fixture.row("confidence")[0], Long.parseLong(fixture.text("seed")));
            RankIntervals intervals = bootstrap.of(fixture.rows("run"));
            assertEquals(5, intervals.runs());
            assertEquals(bootstrap, intervals.bootstrap());
            assertArrayEquals(fixture.row("rank"), column(intervals, RankInterval::rank));
            assertArrayEquals(fixture.row("lower"), column(intervals, RankInterval::lower), 1e-9);
            assertArrayEquals(fixture.row("upper"), column(intervals, RankInterval::upper), 1e-9);
        }
    }

    /** Keeps every rank of every example, sorts them and interpolates. */
    private static double[][] literal(RankBootstrap bootstrap, List<double[]> runs) {
        int examples = runs.getFirst().length;
        double[][] ranks = new double[examples][bootstrap.resamples()];
        for (int resample = 0; resample < bootstrap.resamples(); resample++) {
            double[] sums = new double[examples];
            for (int draw = 0; draw < runs.size(); draw++) {
                double[] run = runs.get(SplitMix.below(runs.size(), bootstrap.seed(),
                        (long) resample * runs.size() + draw));
                Arrays.setAll(sums, example -> sums[example] + run[example]);
            }
            double[] ofResample = LiteralRanks.averageRanks(sums);
            for (int example = 0; example < examples; example++) {
                ranks[example][resample] = ofResample[example];
            }
        }
        double[][] ends = new double[2][examples];
        for (int example = 0; example < examples; example++) {
            Arrays.sort(ranks[example]);
            ends[0][example] = percentile(ranks[example], (1 - bootstrap.confidence()) / 2);
            ends[1][example] = percentile(ranks[example], (1 + bootstrap.confidence()) / 2);
        }
        return ends;
    }

    private static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 40, 4, 300, 0.95", "2, 10, 30, 2, 101, 0.9", "3, 1, 20, 9, 17, 0.5", "4, 2, 1, 3, 5, 0.95",
            "5, 5, 50, 1, 20, 0.8", "6, 4, 25, 100, 64, 0.05", "7, 4, 25, 100, 3, 0.999"})
    void shouldAgreeWithTheLiteralDefinition(long seed, int runs, int examples, int levels, int resamples,
            double confidence) {
        RankBootstrap bootstrap = new RankBootstrap(resamples, confidence, seed);
        List<double[]> scores = random(runs, examples, levels, seed);
        double[][] expected = literal(bootstrap, scores);
        RankIntervals intervals = bootstrap.of(scores);
        assertArrayEquals(expected[0], column(intervals, RankInterval::lower), 1e-9);
        assertArrayEquals(expected[1], column(intervals, RankInterval::upper), 1e-9);
    }

    @Test
    void shouldGiveOneRunIntervalsOfNoWidth() {
        List<double[]> one = random(1, 60, 5, 3);
        RankIntervals intervals = RankBootstrap.seeded(1).of(one);
        double[] ranks = AverageRanks.of(one.getFirst());
        assertArrayEquals(ranks, column(intervals, RankInterval::rank));
        assertArrayEquals(ranks, column(intervals, RankInterval::lower));
        assertArrayEquals(ranks, column(intervals, RankInterval::upper));
    }

    /** Covers two runs, of which half of the resamples draw both, and a quarter each run twice. */
    @Test
    void shouldSpanTheRanksOfTwoRunsThatDisagree() {
        RankIntervals intervals = RankBootstrap.seeded(7)
                .of(List.of(new double[]{0, 1, 2}, new double[]{2, 1, 0}));
        assertEquals(new RankInterval(1, 0, 2), intervals.of(0));
        assertEquals(new RankInterval(1, 1, 1), intervals.of(1));
        assertEquals(new RankInterval(1, 0, 2), intervals.of(2));
    }

    @Test
    void shouldDependOnTheSeedAloneAndNotOnTheCall() {
        List<double[]> scores = random(5, 80, 6, 1);
        RankBootstrap bootstrap = new RankBootstrap(50, 0.9, 3);
        double[] lower = column(bootstrap.of(scores), RankInterval::lower);
        assertArrayEquals(lower, column(bootstrap.of(scores), RankInterval::lower));
        assertTrue(!Arrays.equals(lower,
                column(new RankBootstrap(50, 0.9, 4).of(scores), RankInterval::lower)));
    }

    @Test
    void shouldNarrowWhereRunsAgree() {
        double[] scores = random(1, 100, 1000, 5).getFirst();
        RankIntervals intervals = RankBootstrap.seeded(1).of(List.of(scores, scores, scores));
        assertArrayEquals(column(intervals, RankInterval::rank), column(intervals, RankInterval::lower));
        assertArrayEquals(column(intervals, RankInterval::rank), column(intervals, RankInterval::upper));
    }

    @Test
    void shouldRankExamplesThatRunsNeverLearned() throws IOException {
        List<ForgettingScores> runs = List.of(MadeUpRuns.scores("+-+-+-", "------", "++++++"),
                MadeUpRuns.scores("+-", "++", "++"));
        // last: never learned by one run is after 3 + 1 events; as epochs: 6 + 0 events are after them too
        assertEquals(2, RankBootstrap.seeded(1).of(runs, NeverLearned.LAST).of(1).rank());
        assertEquals(2, RankBootstrap.seeded(1).of(runs, NeverLearned.AS_EPOCHS).of(1).rank());
        List<ForgettingScores> shortRun = List.of(MadeUpRuns.scores("+-+-+-", "++++++", "++++++"),
                MadeUpRuns.scores("+-", "--", "++"));
        assertEquals(2, RankBootstrap.seeded(1).of(shortRun, NeverLearned.LAST).of(1).rank());
        assertEquals(1, RankBootstrap.seeded(1).of(shortRun, NeverLearned.AS_EPOCHS).of(1).rank());
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> RankBootstrap.seeded(1).of(runs, NeverLearned.SEPARATE)).getMessage()
                .startsWith("neverLearned=SEPARATE"));
    }

    @Test
    void shouldHandNoExamples() {
        assertEquals(0, RankBootstrap.seeded(1).of(List.of(new double[0], new double[0])).examples());
    }

    @Test
    void shouldRefuseWhatCannotBeResampled() {
        RankBootstrap bootstrap = RankBootstrap.seeded(1);
        assertEquals("runs=0: give the scores of at least one run",
                assertThrows(IllegalArgumentException.class, () -> bootstrap.of(List.of())).getMessage());
        assertEquals("run=0 examples=2, run=1 examples=3: resample runs of one data set",
                assertThrows(IllegalArgumentException.class,
                        () -> bootstrap.of(List.of(new double[2], new double[3]))).getMessage());
        for (double score : new double[]{Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> bootstrap.of(List.of(new double[2], new double[]{0, score}))).getMessage()
                    .startsWith("score=" + score + " of example=1 in run=1 cannot be summed"));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> bootstrap.of(List.of(new double[2])).of(2));
    }

    @Test
    void shouldRefuseSettingsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new RankBootstrap(0, 0.95, 1));
        for (double confidence : new double[]{0, 1, 95, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new RankBootstrap(10, confidence, 1));
        }
    }

    @Test
    void shouldRefuseMoreRanksThanAnArrayHolds() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new SmallestRanks(90_000_000, 26)).getMessage()
                .startsWith("examples=90000000 with ranks=26 kept of each"));
    }
}
