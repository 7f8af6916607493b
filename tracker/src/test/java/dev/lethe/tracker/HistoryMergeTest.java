package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryMergeTest {

    private static History record(RandomRun run) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            return tracker.history();
        }
    }

    /** Returns the part of a run whose examples a rank is given. */
    private static RandomRun part(RandomRun run, int rank, int ranks) {
        List<List<Presentation>> epochs = new ArrayList<>();
        for (List<Presentation> epoch : run.epochs()) {
            epochs.add(epoch.stream().filter(p -> p.example() % ranks == rank).toList());
        }
        return new RandomRun(run.examples(), epochs);
    }

    @Test
    void shouldUniteTheRanksOfADataParallelRun() throws IOException {
        for (RandomRun run : List.of(RandomRun.full(777, 6, 1), RandomRun.sampled(777, 6, 0.5, 2))) {
            try (History first = record(part(run, 0, 3));
                    History second = record(part(run, 1, 3));
                    History third = record(part(run, 2, 3));
                    History merged = History.merge(List.of(first, second, third))) {
                assertHolds(run, 6, merged);
            }
        }
    }

    /** Splits the presentations of an epoch anywhere: those of the second rank come after those of the first. */
    @Test
    void shouldKeepTheOrderOfRanksThatShareExamples() throws IOException {
        RandomRun run = RandomRun.withReplacement(300, 8, 3);
        TrackerSpec spec = TrackerSpec.of(300, 100).with(Repeats.KEPT);
        try (ForgettingTracker first = ForgettingTracker.inMemory(spec);
                ForgettingTracker second = ForgettingTracker.inMemory(spec)) {
            for (List<Presentation> epoch : run.epochs()) {
                RandomRun.record(epoch.subList(0, 100), first);
                RandomRun.record(epoch.subList(100, 300), second);
                first.commitEpoch();
                second.commitEpoch();
            }
            try (History a = first.history();
                    History b = second.history();
                    History merged = History.merge(List.of(a, b))) {
                ForgettingScores scores = ForgettingScores.of(merged);
                LiteralBookkeeping literal = LiteralBookkeeping.of(run, 8);
                for (int example = 0; example < 300; example++) {
                    assertEquals(literal.presentations(example), scores.presentations(example));
                    assertEquals(literal.forgettingEvents(example), scores.forgettingEvents(example));
                    assertEquals(literal.firstLearned(example), scores.firstLearned(example));
                }
            }
        }
    }

    @Test
    void shouldOutliveItsRanks() throws IOException {
        RandomRun run = RandomRun.full(100, 2, 1);
        History merged;
        try (History only = record(run)) {
            merged = History.merge(List.of(only));
        }
        assertHolds(run, 2, merged);
        merged.close();
    }

    @Test
    void shouldRefuseRanksThatShareAnExampleInAnEpoch() throws IOException {
        RandomRun run = new RandomRun(100, List.of(List.of(), List.of(new Presentation(67, true, 0, 0, 0, 0))));
        try (History first = record(run); History second = record(run)) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> History.merge(List.of(first, second))).getMessage();
            assertTrue(message.startsWith("example=67 was presented to two ranks in epoch=2"), message);
        }
    }

    @Test
    void shouldRefuseRanksOfDifferentRuns() throws IOException {
        try (History two = record(RandomRun.full(100, 2, 1));
                History three = record(RandomRun.full(100, 3, 1));
                History fewer = record(RandomRun.full(99, 2, 1))) {
            assertThrows(IllegalArgumentException.class, () -> History.merge(List.of(two, three)));
            assertTrue(assertThrows(IllegalArgumentException.class, () -> History.merge(List.of(two, fewer)))
                    .getMessage().contains("examples=99"));
        }
        assertEquals("ranks=0: give the history of at least one rank",
                assertThrows(IllegalArgumentException.class, () -> History.merge(List.of())).getMessage());
    }

    @Test
    void shouldMergeRanksWithoutCommittedEpochs() throws IOException {
        RandomRun run = new RandomRun(10, List.of(List.of()));
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec());
                History none = tracker.history();
                History merged = History.merge(List.of(none, none))) {
            assertHolds(run, 0, merged);
        }
    }
}
