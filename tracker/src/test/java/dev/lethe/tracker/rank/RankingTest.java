package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RankingTest {
    private static final TieBreak BY_ID = TieBreak.byId();

    private static void assertRanking(int[] expected, int[] apart, Ranking ranking) {
        assertEquals(expected.length + apart.length, ranking.examples());
        assertEquals(expected.length, ranking.ranked());
        assertArrayEquals(expected, ranking.order());
        assertArrayEquals(apart, ranking.apart());
        for (int rank = 0; rank < expected.length; rank++) {
            assertEquals(expected[rank], ranking.example(rank));
            assertEquals(rank, ranking.rank(expected[rank]));
        }
        for (int example : apart) {
            assertEquals(Ranking.NOT_RANKED, ranking.rank(example));
        }
    }

    private static int[] sorted(IntStream examples, Comparator<Integer> order) {
        return examples.boxed().sorted(order).mapToInt(Integer::intValue).toArray();
    }

    private static Comparator<Integer> literal(TieBreak ties) {
        return switch (ties) {
            case TieBreak.ById() -> Comparator.naturalOrder();
            case TieBreak.Seeded(long seed) -> (a, b) -> Long.compareUnsigned(SplitMix.bits(seed, a),
                    SplitMix.bits(seed, b));
        };
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 20", "2, 700, 1", "3, 700, 4", "4, 700, 30", "5, 513, 60"})
    void shouldOrderOneRunByItsEvents(long seed, int examples, int epochs) throws IOException {
        ForgettingScores scores = MadeUpRuns.randomScores(examples, epochs, seed);
        for (TieBreak ties : List.of(BY_ID, TieBreak.seeded(seed))) {
            Comparator<Integer> byCount = Comparator.comparing(scores::forgettingEvents);
            Comparator<Integer> last = Comparator.comparing(scores::neverLearned).thenComparing(byCount)
                    .thenComparing(literal(ties));
            Comparator<Integer> asEpochs = Comparator
                    .comparing((Integer e) -> scores.neverLearned(e) ? epochs : scores.forgettingEvents(e))
                    .thenComparing(literal(ties));
            IntStream all = IntStream.range(0, examples);
            assertRanking(sorted(all, last), new int[0], Ranking.byForgetting(scores, NeverLearned.LAST, ties));
            assertRanking(sorted(IntStream.range(0, examples), asEpochs), new int[0],
                    Ranking.byForgetting(scores, NeverLearned.AS_EPOCHS, ties));
            assertRanking(sorted(IntStream.range(0, examples).filter(e -> !scores.neverLearned(e)), last),
                    sorted(IntStream.range(0, examples).filter(scores::neverLearned), last),
                    Ranking.byForgetting(scores, NeverLearned.SEPARATE, ties));
        }
    }

    @Test
    void shouldRankNeverLearnedExamplesLastByDefault() throws IOException {
        ForgettingScores scores = MadeUpRuns.scores("----", "+-+-", "++++", "....", "+---", "-+++");
        assertRanking(new int[]{2, 5, 4, 1, 0, 3}, new int[0], Ranking.byForgetting(scores));
        assertRanking(new int[]{2, 5, 4, 1}, new int[]{0, 3},
                Ranking.byForgetting(scores, NeverLearned.SEPARATE, BY_ID));
    }

    @Test
    void shouldHandARunThatLearnedNothing() throws IOException {
        ForgettingScores scores = MadeUpRuns.scores("--", "..", "-.");
        assertRanking(new int[]{0, 1, 2}, new int[0], Ranking.byForgetting(scores));
        assertRanking(new int[0], new int[]{0, 1, 2}, Ranking.byForgetting(scores, NeverLearned.SEPARATE, BY_ID));
    }

    /** Makes runs of different lengths; example 0 was learned by all, 1 by two, 2 and 5 by one, 3 by none. */
    private static RunAggregate threeRuns() throws IOException {
        return RunAggregate.of(List.of(MadeUpRuns.run("+-+-+-", "++++++", "------", "------", "++++++", "+-----"),
                MadeUpRuns.run("+-", "+-", "--", "--", "++", "--"),
                MadeUpRuns.run("+-+", "---", "+++", "---", "+++", "---")));
    }

    @Test
    void shouldOrderSeveralRunsFirstByHowManyNeverLearnedAnExample() throws IOException {
        RunAggregate runs = threeRuns();
        // events of the runs that learned it: 5, 1, 0, none, 0, 1; runs that never did: 0, 1, 2, 3, 0, 2
        assertRanking(new int[]{4, 0, 1, 2, 5, 3}, new int[0], Ranking.byForgetting(runs));
        assertRanking(new int[]{4, 0, 1, 2, 5}, new int[]{3},
                Ranking.byForgetting(runs, NeverLearned.SEPARATE, BY_ID));
    }

    @Test
    void shouldCountTheEpochsOfRunsThatNeverLearnedAnExampleAsThePaperDoes() throws IOException {
        // 5, 1 + 3, 0 + 6 + 2, 6 + 2 + 3, 0, 1 + 2 + 3
        assertRanking(new int[]{4, 1, 0, 5, 2, 3}, new int[0],
                Ranking.byForgetting(threeRuns(), NeverLearned.AS_EPOCHS, BY_ID));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 5", "2, 1, 5", "3, 2, 1", "4, 500, 7", "5, 500, 100000"})
    void shouldOrderScoresInEitherDirection(long seed, int examples, int levels) {
        double[] scores = new Random(seed).ints(examples, -levels, levels).mapToDouble(level -> level / 8.0).toArray();
        float[] floats = new float[examples];
        IntStream.range(0, examples).forEach(example -> floats[example] = (float) scores[example]);
        for (TieBreak ties : List.of(BY_ID, TieBreak.seeded(-seed))) {
            Comparator<Integer> byScore = Comparator.comparing(example -> scores[example]);
            int[] up = sorted(IntStream.range(0, examples), byScore.thenComparing(literal(ties)));
            int[] down = sorted(IntStream.range(0, examples), byScore.reversed().thenComparing(literal(ties)));
            assertRanking(up, new int[0], Ranking.byScore(scores, Direction.ASCENDING, ties));
            assertRanking(down, new int[0], Ranking.byScore(scores, Direction.DESCENDING, ties));
            assertRanking(up, new int[0], Ranking.byScore(floats, Direction.ASCENDING, ties));
            assertRanking(down, new int[0], Ranking.byScore(floats, Direction.DESCENDING, ties));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTieZerosAndOrderInfinities(Direction direction) {
        double[] scores = {0.0, Double.POSITIVE_INFINITY, -0.0, Double.NEGATIVE_INFINITY, 0.0, -1};
        int[] expected = direction == Direction.ASCENDING ? new int[]{3, 5, 0, 2, 4, 1} : new int[]{1, 0, 2, 4, 5, 3};
        assertRanking(expected, new int[0], Ranking.byScore(scores, direction, BY_ID));
    }

    @Test
    void shouldRefuseNaNAndNameTheExample() {
        for (Direction direction : Direction.values()) {
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> Ranking.byScore(new double[]{1, 2, Double.NaN, Double.NaN}, direction, BY_ID)).getMessage()
                    .startsWith("score=NaN of example=2 has no rank"));
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> Ranking.byScore(new float[]{1, Float.NaN}, direction, BY_ID)).getMessage()
                    .startsWith("score=NaN of example=1 has no rank"));
        }
    }

    @Test
    void shouldBreakTiesInTheDocumentedOrderOfASeed() throws IOException {
        for (RankFixture fixture : RankFixture.cases("ties")) {
            int[] expected = Arrays.stream(fixture.row("order")).mapToInt(id -> (int) id).toArray();
            TieBreak ties = TieBreak.seeded(Long.parseLong(fixture.text("seed")));
            assertArrayEquals(expected,
                    Ranking.byScore(new double[expected.length], Direction.ASCENDING, ties).order());
        }
    }

    @Test
    void shouldNotLetOtherExamplesChangeTheOrderOfTiedOnes() {
        TieBreak ties = TieBreak.seeded(9);
        int[] few = Ranking.byScore(new double[100], Direction.ASCENDING, ties).order();
        int[] many = Ranking.byScore(new double[1000], Direction.DESCENDING, ties).order();
        assertArrayEquals(few, IntStream.of(many).filter(example -> example < 100).toArray());
        assertFalse(Arrays.equals(few, Ranking.byScore(new double[100], Direction.ASCENDING, TieBreak.seeded(10))
                .order()));
    }

    @Test
    void shouldGiveOutCopiesAndRanges() {
        Ranking ranking = Ranking.byScore(new double[]{3, 1, 2, 0}, Direction.ASCENDING, BY_ID);
        ranking.order()[0] = 7;
        assertArrayEquals(new int[]{3, 1, 2, 0}, ranking.order());
        assertArrayEquals(new int[]{1, 2}, ranking.order(1, 3));
        assertArrayEquals(new int[0], ranking.order(4, 4));
    }

    @Test
    void shouldRefuseRanksAndExamplesThatItDoesNotHave() throws IOException {
        Ranking ranking = Ranking.byForgetting(MadeUpRuns.scores("++", "--"), NeverLearned.SEPARATE, BY_ID);
        assertEquals("rank=1 is not in [0, 1)",
                assertThrows(IndexOutOfBoundsException.class, () -> ranking.example(1)).getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> ranking.example(-1));
        assertEquals("example=2 is not in [0, 2)",
                assertThrows(IndexOutOfBoundsException.class, () -> ranking.rank(2)).getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> ranking.rank(-1));
        assertEquals("from=0 to=2 is not within [0, 1]",
                assertThrows(IndexOutOfBoundsException.class, () -> ranking.order(0, 2)).getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> ranking.order(1, 0));
    }

    /** Checks the order of scores that are nearly all the same, as counts of forgetting events are. */
    private static void assertOrdersManyTies(int examples, TieBreak ties) {
        float[] scores = new float[examples];
        for (int example = 0; example < examples; example++) {
            scores[example] = Long.numberOfTrailingZeros(SplitMix.bits(1, example)) / 4;
        }
        Ranking ranking = Ranking.byScore(scores, Direction.ASCENDING, ties);
        Comparator<Integer> literal = literal(ties);
        for (int rank = 0; rank < examples; rank++) {
            int example = ranking.example(rank);
            assertTrue(ranking.rank(example) == rank, "each example has one rank");
            if (rank > 0) {
                int before = ranking.example(rank - 1);
                boolean ordered = scores[before] < scores[example]
                        || scores[before] == scores[example] && literal.compare(before, example) < 0;
                assertTrue(ordered, "rank=" + rank);
            }
        }
    }

    @Test
    @Tag("slow")
    void shouldRankFiveMillionExamplesWithManyTies() {
        assertOrdersManyTies(5_000_000, BY_ID);
        assertOrdersManyTies(5_000_000, TieBreak.seeded(4));
    }

    @Test
    @Tag("long")
    void shouldRankAHundredMillionExamples() {
        assertOrdersManyTies(100_000_000, BY_ID);
        assertOrdersManyTies(100_000_000, TieBreak.seeded(4));
    }
}
