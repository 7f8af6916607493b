package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.op.ExampleRecorder;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RecordedEpoch;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** Sums that devices gather by example: kernels and tracker, which do not know each other, have them in one order. */
class SumsOfExamplesTest {
    private static final int EXAMPLES = 3;

    @Test
    void shouldBeInTheOrderOfTheHistory() throws IOException {
        ExampleTables tables = ExampleTables.of("test", EXAMPLES);
        assertEquals(RunningSum.COUNT, ExampleTables.SUMS);
        try (Arena arena = Arena.ofConfined();
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 1))) {
            RecordedEpoch gathered = new RecordedEpoch(arena.allocate(tables.seen().bytes(), 64),
                    arena.allocate(tables.correct().bytes(), 64), arena.allocate(tables.sums().bytes(), 64));
            new ExampleRecorder(gathered.seen(), gathered.correct(), gathered.sums()).add(2, true, 2, 3, 5, 7);
            tracker.record(gathered);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(2, history.sum(RunningSum.MARGIN, 2));
                assertEquals(3, history.sum(RunningSum.EL2N, 2));
                assertEquals(5, history.sum(RunningSum.PROBABILITY, 2));
                assertEquals(25, history.sum(RunningSum.PROBABILITY_SQUARED, 2));
                assertEquals(7, history.sum(RunningSum.LOSS, 2));
            }
        }
    }
}
