package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunAggregateTest {

    private static RunScores scores(RandomRun run, TrackerSpec spec) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(spec)) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                return RunScores.of(history);
            }
        }
    }

    private static RunScores run(long seed) throws IOException {
        RandomRun run = RandomRun.full(500, 6, seed);
        return scores(run, run.spec());
    }

    @Test
    void shouldKeepNeverLearnedRunsApartFromForgettingEvents() throws IOException {
        List<RunScores> runs = List.of(run(1), run(2), run(3));
        RunAggregate aggregate = RunAggregate.of(runs);
        int unforgettable = 0;
        for (int example = 0; example < 500; example++) {
            int events = 0;
            int never = 0;
            int neverEpochs = 0;
            List<Integer> first = new ArrayList<>();
            for (RunScores run : runs) {
                if (run.forgetting().firstLearned(example) == ForgettingScores.NEVER) {
                    never++;
                    neverEpochs += run.forgetting().epochs();
                } else {
                    events += run.forgetting().forgettingEvents(example);
                    first.add(run.forgetting().firstLearned(example));
                }
            }
            assertEquals(events, aggregate.forgettingEvents(example));
            assertEquals(never, aggregate.neverLearnedRuns(example));
            assertEquals(neverEpochs, aggregate.neverLearnedEpochs(example));
            assertEquals(never == 3, aggregate.neverLearned(example));
            assertEquals(never == 0 && events == 0, aggregate.unforgettable(example));
            assertEquals(first.stream().mapToInt(i -> i).average().orElse(Double.NaN),
                    aggregate.firstLearned(example), 1e-12);
            unforgettable += never == 0 && events == 0 ? 1 : 0;
        }
        assertEquals(unforgettable, aggregate.unforgettableCount());
        assertTrue(aggregate.neverLearned(0) && aggregate.unforgettable(10));
        assertEquals(3, aggregate.runs());
    }

    /** Runs of 3 and of 5 epochs: both never learn example 0, one never learns example 1, none forgets example 3. */
    private static RunAggregate ofDifferentLength() throws IOException {
        return RunAggregate.of(List.of(ScoreTest.run("---", "---", "+-+", "+++"),
                ScoreTest.run("-----", "+-+-+", "++-++", "-++++")));
    }

    @Test
    void shouldListTheIdsOfEachClass() throws IOException {
        RunAggregate runs = ofDifferentLength();
        assertArrayEquals(new int[]{0}, runs.neverLearnedIds());
        assertEquals(1, runs.neverLearnedCount());
        assertArrayEquals(new int[]{3}, runs.unforgettableIds());
    }

    @Test
    void shouldPutNeverLearnedExamplesWhereItIsTold() throws IOException {
        RunAggregate runs = ofDifferentLength();
        double never = NeverLearned.AFTER_EVERY_COUNT;
        assertArrayEquals(new double[]{2 * never, never + 2, 2, 0}, runs.forgettingEvents(NeverLearned.LAST));
        assertArrayEquals(new double[]{8, 5, 2, 0}, runs.forgettingEvents(NeverLearned.AS_EPOCHS));
        assertArrayEquals(new double[]{Double.NaN, never + 2, 2, 0}, runs.forgettingEvents(NeverLearned.SEPARATE));
    }

    @Test
    void shouldAverageTheShareOfRightPredictionsOverRuns() throws IOException {
        RunAggregate runs = ofDifferentLength();
        assertArrayEquals(new double[]{0, (0 + 3 / 5.0) / 2, (2 / 3.0 + 4 / 5.0) / 2, (1 + 4 / 5.0) / 2},
                Score.CORRECTNESS.of(runs), 1e-15);
    }

    @Test
    void shouldAverageMeansOverRuns() throws IOException {
        List<RunScores> runs = List.of(run(1), run(2));
        RunAggregate aggregate = RunAggregate.of(runs);
        MeanScores a = runs.get(0).means();
        MeanScores b = runs.get(1).means();
        for (int example = 0; example < 500; example++) {
            assertEquals((a.margin(example) + b.margin(example)) / 2, aggregate.margin(example), 1e-6);
            assertEquals((a.el2n(example) + b.el2n(example)) / 2, aggregate.el2n(example), 1e-6);
            assertEquals((a.confidence(example) + b.confidence(example)) / 2, aggregate.confidence(example), 1e-6);
            assertEquals((a.variability(example) + b.variability(example)) / 2, aggregate.variability(example), 1e-6);
            assertEquals((a.loss(example) + b.loss(example)) / 2, aggregate.loss(example), 1e-6);
        }
    }

    @Test
    void shouldRefuseRunsOverDifferentDataSets() throws IOException {
        RandomRun small = RandomRun.full(10, 2, 1);
        RunScores first = scores(small, new TrackerSpec(10, 2, Sha256.ofText("a"), Sha256.UNSPECIFIED));
        RunScores other = scores(small, new TrackerSpec(10, 2, Sha256.ofText("b"), Sha256.UNSPECIFIED));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> RunAggregate.of(List.of(first, other)))
                .getMessage().startsWith("runs over different data sets: examples=10 fingerprint="));
        assertThrows(IllegalArgumentException.class, () -> RunAggregate.of(List.of(first, run(1))));
        assertThrows(IllegalArgumentException.class, () -> RunAggregate.of(List.of()));
        assertThrows(IllegalArgumentException.class,
                () -> new RunScores(first.fingerprint(), first.forgetting(), run(1).means()));
    }
}
