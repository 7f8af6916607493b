package dev.lethe.study.forgetting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.study.MadeUpRuns;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportedRunsTest {
    private static final ReportedRuns RUNS = MadeUpStudy.gray(3, "a", "b").run("1", "0", "1").reported();

    private static String refusal(RunAggregate aggregate, List<ReportedRun> runs) {
        return assertThrows(IllegalArgumentException.class,
                () -> new ReportedRuns(RUNS.data(), aggregate, runs, new double[0])).getMessage();
    }

    private static ReportedRun run(RunScores scores, int... predictions) {
        return new ReportedRun(7, RUNS.runs().getFirst().epochs(), scores, predictions);
    }

    @Test
    void shouldRefuseAnAggregateOfOtherRuns() {
        RunAggregate one = RUNS.aggregate();
        assertEquals("runs=2, aggregate.runs=1: it must be the runs' own",
                refusal(one, List.of(RUNS.runs().getFirst(), RUNS.runs().getFirst())));
        assertTrue(refusal(one, List.of()).startsWith("runs=0"));
    }

    @Test
    void shouldRefuseScoresOfAnotherDataSet() {
        RunScores four = MadeUpRuns.scores("1", "1", "1", "1");
        assertTrue(refusal(RunAggregate.of(List.of(four)), RUNS.runs())
                .startsWith("aggregate has examples=4, the training set of made-up has examples=3"));
        assertTrue(refusal(RUNS.aggregate(), List.of(run(four, 0, 0, 0, 0)))
                .startsWith("run of seed=7 has examples=4"));
    }

    @Test
    void shouldRefusePredictionsOfNoClass() {
        RunScores scores = RUNS.runs().getFirst().scores();
        assertEquals("run of seed=7 has prediction=2: predictions lie between 0 and 1, or are -1",
                refusal(RUNS.aggregate(), List.of(run(scores, 0, -1, 2))));
    }

    @Test
    void shouldRefuseARunWithoutEpochsOrWithMissingPredictions() {
        RunScores scores = RUNS.runs().getFirst().scores();
        assertThrows(IllegalArgumentException.class, () -> new ReportedRun(7, List.of(), scores, new int[3]));
        assertEquals("run of seed=7 has predictions=2 for examples=3: they must be as many",
                assertThrows(IllegalArgumentException.class, () -> run(scores, 0, 0)).getMessage());
    }
}
