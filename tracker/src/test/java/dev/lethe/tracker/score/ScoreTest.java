package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.ScoreTable;
import dev.lethe.tracker.select.Difficulty;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
                    "never_learned_runs", "first_learned", "variability", "correctness"), scores.keySet());
            for (Map.Entry<String, double[]> score : scores.entrySet()) {
                assertArrayEquals(Score.parse(score.getKey()).of(history), score.getValue(), score.getKey());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"beauty", "grand"})
    void shouldNameTheChoicesWhereAHistoryHasNoSuchScore(String name) {
        assertEquals("unknown score '" + name + "': choose aum, el2n, confidence, loss, never_learned_last, "
                + "forgetting, never_learned_runs, first_learned, variability, correctness",
                assertThrows(IllegalArgumentException.class, () -> Score.parse(name)).getMessage());
    }

    @Test
    void shouldHaveNamesThatNoOtherScoreHas() {
        List<String> names = Arrays.stream(Score.values()).flatMap(score -> score.names().stream()).toList();
        assertEquals(names.size(), names.stream().distinct().count(), names.toString());
        names.forEach(name -> assertEquals(name, Score.normalized(name)));
        Arrays.stream(Score.values()).forEach(score -> assertEquals(score.text(), score.names().getFirst()));
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
    @ParameterizedTest
    @EnumSource(Difficulty.class)
    void shouldOrderExamplesAsKeepRulesDo(Difficulty difficulty) throws IOException {
        Score score = difficulty == Difficulty.FORGETTING
                ? Score.NEVER_LEARNED_LAST
                : Score.named(difficulty.text()).orElseThrow();
        assertArrayEquals(difficulty.of(runs()), score.hardness(runs()));
    }

    @Test
    void shouldNameEveryColumnOfAScoreTable() throws IOException {
        List<String> columns = ScoreTable.of(runs()).columns();
        assertEquals(List.of("id"), columns.stream().filter(column -> Score.named(column).isEmpty()).toList());
        assertTrue(columns.stream().flatMap(column -> Score.named(column).stream())
                .allMatch(Score::isComputedFromRuns));
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
