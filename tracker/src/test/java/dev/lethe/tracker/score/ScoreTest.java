package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.ScoreTable;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {
    private static final int EXAMPLES = 300;

    private static RunAggregate runs() throws IOException {
        RandomRun first = RandomRun.full(EXAMPLES, 6, 1);
        RandomRun second = RandomRun.full(EXAMPLES, 6, 2);
        return RunAggregate.of(List.of(scores(first), scores(second)));
    }

    private static RunScores scores(RandomRun run) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                return RunScores.of(history);
            }
        }
    }

    /**
     * Returns the scores of a run of one line for each example and one column for each epoch: {@code +} right, {@code
     * -} wrong.
     */
    static RunScores run(String... lines) throws IOException {
        try (History history = history(lines)) {
            return RunScores.of(history);
        }
    }

    private static History history(String... lines) throws IOException {
        int epochs = lines[0].length();
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(lines.length, epochs))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int example = 0; example < lines.length; example++) {
                    boolean right = lines[example].charAt(epoch) == '+';
                    tracker.record(example, right, example - epoch, 0.25f, right ? 0.75f : 0.25f, 2);
                }
                tracker.commitEpoch();
            }
            return tracker.history();
        }
    }

    @Test
    void shouldBeComputedFromAHistoryInOneCall() throws IOException {
        try (History history = history("----", "-+-+", "++++")) {
            assertArrayEquals(new double[]{-1.5, -0.5, 0.5}, Score.MARGIN.of(history));
            assertArrayEquals(new double[]{0.25, 0.5, 0.75}, Score.parse("self-confidence").of(history));
            assertArrayEquals(new double[]{0, 0.25, 0}, Score.VARIABILITY.of(history));
            assertArrayEquals(new double[]{NeverLearned.AFTER_EVERY_COUNT, 1, 0},
                    Score.NEVER_LEARNED_LAST.of(history));
            assertArrayEquals(new double[]{Double.NaN, 1, 0}, Score.FIRST_LEARNED.of(history));
            assertArrayEquals(new double[]{0, 0.5, 1}, Score.CORRECTNESS.of(history));
        }
    }

    @Test
    void shouldAllBeComputedFromAHistoryInOneCall() throws IOException {
        try (History history = history("----", "-+-+", "++++")) {
            Map<String, double[]> scores = Score.allOf(history);
            assertEquals(Set.of("aum", "el2n", "confidence", "loss", "never_learned_last", "forgetting",
                    "never_learned_runs", "first_learned", "variability", "correctness", "late_errors"),
                    scores.keySet());
            for (Map.Entry<String, double[]> score : scores.entrySet()) {
                assertArrayEquals(Score.parse(score.getKey()).of(history), score.getValue(), score.getKey());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"beauty", "grand"})
    void shouldNameTheChoicesWhereAHistoryHasNoSuchScore(String name) {
        assertEquals("unknown score '" + name + "': choose aum, el2n, confidence, loss, never_learned_last, "
                + "forgetting, never_learned_runs, first_learned, variability, correctness, late_errors",
                assertThrows(IllegalArgumentException.class, () -> Score.parse(name)).getMessage());
    }

    @Test
    void shouldHaveNamesThatNoOtherScoreHas() {
        List<String> names = Score.known().stream().flatMap(score -> score.names().stream()).toList();
        assertEquals(names.size(), names.stream().distinct().count(), names.toString());
        names.forEach(name -> assertEquals(name, Score.normalized(name)));
        Score.known().stream().forEach(score -> assertEquals(score.text(), score.names().getFirst()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean_margin", "Mean margin", " MEAN-MARGIN ", "aum"})
    void shouldBeFoundByAnyNameHoweverItIsWritten(String name) {
        assertEquals(Optional.of(Score.MARGIN), Score.named(name));
    }

    @Test
    void shouldNotBeFoundByANameThatNoneHas() {
        assertEquals(Optional.empty(), Score.named("label"));
    }

    /** Rules place examples that were never learned after every count. */
    @Test
    void shouldOrderExamplesForRulesByTheirFormulas() throws IOException {
        RunAggregate runs = runs();
        Map<String, IntToDoubleFunction> formulas = Map.of("forgetting",
                id -> runs.forgettingEvents(id) + runs.neverLearnedRuns(id) * 0x1p32, "margin",
                id -> -runs.margin(id), "el2n", runs::el2n, "confidence", id -> -runs.confidence(id), "loss",
                runs::loss, "variability", runs::variability, "correctness", id -> -runs.correctness(id));
        assertEquals(formulas.keySet(), Set.copyOf(RemovalRule.scoreNames()));
        formulas.forEach((name, formula) -> {
            Score score = RemovalRule.parse("easiest:" + name).scores().getFirst();
            assertArrayEquals(IntStream.range(0, EXAMPLES).mapToDouble(formula).toArray(),
                    DifficultyScores.of(runs).of(score), name);
        });
    }

    @Test
    void shouldBeTheSameOverHistoriesAsOverTheirScores() throws IOException {
        try (History first = history("----", "-+-+", "++++"); History second = history("+++-", "----", "-+++")) {
            RunAggregate runs = RunAggregate.of(List.of(RunScores.of(first), RunScores.of(second)));
            for (Score score : List.of(Score.MARGIN, Score.NEVER_LEARNED_LAST, Score.FIRST_LEARNED)) {
                KnownScore known = (KnownScore) score;
                assertArrayEquals(known.of(runs), score.of(List.of(first, second)), score.text());
                assertArrayEquals(known.hardness(runs), score.hardness(List.of(first, second)), score.text());
                assertArrayEquals(known.hardness(runs),
                        DifficultyScores.of(List.of(score), List.of(first, second)).of(score), score.text());
            }
        }
    }

    /** A score of one's own, of which small values are hard: how many of the last epochs an example was right in. */
    private record RightAtLast(String text, int missing) implements Score {
        @Override
        public boolean isHardWhereLarge() {
            return false;
        }

        @Override
        public double[] of(History history) {
            return IntStream.range(0, history.examples() - missing)
                    .mapToDouble(id -> history.correct(history.epochs(), id) ? 1 : 0).toArray();
        }
    }

    @Test
    void shouldBeMeansOverRunsWhereTheyAreFunctionsOfOne() throws IOException {
        Score score = new RightAtLast("right_at_last", 0);
        try (History first = history("----", "-+-+", "++++"); History second = history("+++-", "----", "-+++")) {
            assertArrayEquals(new double[]{0, 0.5, 1}, score.of(List.of(first, second)));
            assertArrayEquals(new double[]{0, -0.5, -1}, score.hardness(List.of(first, second)), 0);
            DifficultyScores scores = DifficultyScores.of(RemovalRule.hardest(score).scores(), List.of(first, second));
            assertArrayEquals(new double[]{0, -0.5, -1}, scores.of(score), 0);
            assertEquals("score=el2n is not among [right_at_last], which were computed from the runs: name it in the "
                    + "rule's scores()",
                    assertThrows(IllegalArgumentException.class, () -> scores.of(Score.EL2N)).getMessage());
            assertEquals("right at last", score.title());
        }
    }

    @Test
    void shouldRefuseRunsOfWhichAScoreHasNoMean() throws IOException {
        Score score = new RightAtLast("right_at_last", 1);
        try (History history = history("----", "-+-+"); History other = history("++++")) {
            assertEquals("score=right_at_last of class=" + RightAtLast.class.getName()
                    + " has values=1 of examples=2: return one value for each example of the history",
                    assertThrows(IllegalArgumentException.class, () -> score.of(List.of(history))).getMessage());
            assertEquals("runs over different data sets, " + history + " with fingerprint=" + Sha256.UNSPECIFIED
                    + " and " + other + " with fingerprint=" + Sha256.UNSPECIFIED + ": score runs of one data set",
                    assertThrows(IllegalArgumentException.class, () -> score.of(List.of(history, other)))
                            .getMessage());
            assertEquals("runs=0: give the history of at least one run",
                    assertThrows(IllegalArgumentException.class, () -> score.of(List.of())).getMessage());
        }
    }

    @Test
    void shouldHaveANameOfTheirOwn() throws IOException {
        String mine = RightAtLast.class.getName();
        assertEquals("score 'mean_margin' of class=" + mine
                + " has the name of one of Lethe's: give it another name",
                assertThrows(IllegalArgumentException.class,
                        () -> RemovalRule.easiest(new RightAtLast("mean_margin", 0))).getMessage());
        assertEquals("score 'Right at last' of class=" + mine
                + ": name it with small letters, digits and underscores, a letter first",
                assertThrows(IllegalArgumentException.class,
                        () -> RemovalRule.easiest(new RightAtLast("Right at last", 0))).getMessage());
        RunAggregate runs = runs();
        assertEquals("score=right_at_last is a function of histories, and only scores of the runs are here: give it "
                + "the histories",
                assertThrows(IllegalArgumentException.class,
                        () -> DifficultyScores.of(runs).of(new RightAtLast("right_at_last", 0))).getMessage());
    }

    @Test
    void shouldBeFoundByTheNameOfOneThatTheClassPathProvides() throws IOException {
        assertSame(Score.parse("late_errors"), Score.named("Late errors").orElseThrow());
        assertEquals(List.of(new LateErrors()), Score.provided());
        try (History history = history("----", "-+-+", "++++")) {
            assertArrayEquals(new double[]{1, 0, 0}, Score.parse("late-errors").of(history));
        }
    }

    @Test
    void shouldNameEveryColumnOfAScoreTable() throws IOException {
        List<String> columns = ScoreTable.of(runs()).columns();
        assertEquals(List.of("id"), columns.stream().filter(column -> Score.named(column).isEmpty()).toList());
        assertTrue(columns.stream().flatMap(column -> Score.named(column).stream())
                .allMatch(score -> score instanceof KnownScore known && known.isComputedFromRuns()));
    }

    @Test
    void shouldTurnScoresThatAreLargeForEasyExamples() throws IOException {
        RunAggregate runs = runs();
        assertArrayEquals(IntStream.range(0, EXAMPLES).mapToDouble(id -> -runs.margin(id)).toArray(),
                Score.MARGIN.hardness(runs));
        assertArrayEquals(IntStream.range(0, EXAMPLES).mapToDouble(runs::variability).toArray(),
                Score.VARIABILITY.hardness(runs));
    }

    @Test
    void shouldRefuseToComputeScoresOfOtherTools() throws IOException {
        RunAggregate runs = runs();
        assertEquals("score=grand is not computed from runs: import its values",
                assertThrows(UnsupportedOperationException.class, () -> Score.GRAND.of(runs, 0)).getMessage());
    }
}
