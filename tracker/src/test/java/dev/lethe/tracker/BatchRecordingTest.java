package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchRecordingTest {

    /** Makes columns of the presentations, from row {@code offset} on. */
    static PresentationColumns columns(List<Presentation> presentations, int offset, Arena arena) {
        List<MemorySegment> columns = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            columns.add(arena.allocate((presentations.size() + offset) * 4L, 4));
        }
        for (int i = 0; i < presentations.size(); i++) {
            Presentation p = presentations.get(i);
            columns.get(0).setAtIndex(ValueLayout.JAVA_INT, i + offset, p.example());
            columns.get(1).setAtIndex(ValueLayout.JAVA_INT, i + offset, p.correct() ? 1 : 0);
            columns.get(2).setAtIndex(ValueLayout.JAVA_FLOAT, i + offset, p.margin());
            columns.get(3).setAtIndex(ValueLayout.JAVA_FLOAT, i + offset, p.el2n());
            columns.get(4).setAtIndex(ValueLayout.JAVA_FLOAT, i + offset, p.probability());
            columns.get(5).setAtIndex(ValueLayout.JAVA_FLOAT, i + offset, p.loss());
        }
        return new PresentationColumns(columns.get(0), columns.get(1), columns.get(2), columns.get(3), columns.get(4),
                columns.get(5));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "64, 64, 0", "65, 64, 3", "100, 7, 1", "1000, 128, 0", "1000, 1000, 5", "513, 33, 31"})
    void shouldRecordABatchAsItsRows(int examples, int batch, int offset) throws IOException {
        RandomRun run = RandomRun.sampled(examples, 4, 0.8, examples + batch);
        recordInBatches(run, batch, offset);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "64, 64, 0", "65, 64, 3", "100, 7, 1", "1000, 128, 0", "1000, 1000, 5", "513, 33, 31"})
    void shouldRecordConsecutiveIdsAsTheirRows(int examples, int batch, int offset) throws IOException {
        RandomRun run = RandomRun.full(examples, 3, examples + batch);
        run.epochs().forEach(epoch -> epoch.sort(Comparator.comparingInt(Presentation::example)));
        recordInBatches(run, batch, offset);
    }

    private static void recordInBatches(RandomRun run, int batch, int offset) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec()); Arena arena = Arena.ofConfined()) {
            for (List<Presentation> epoch : run.epochs()) {
                PresentationColumns columns = columns(epoch, offset, arena);
                for (int first = 0; first < epoch.size(); first += batch) {
                    tracker.record(columns, offset + first, Math.min(batch, epoch.size() - first));
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertHolds(run, run.epochs().size(), history);
            }
        }
    }

    @Test
    void shouldRecordNothingOfABatchWithAnIdThatIsNotAnExample() throws IOException {
        List<Presentation> batch = new ArrayList<>(RandomRun.full(200, 1, 1).epochs().getFirst());
        batch.set(150, new Presentation(200, true, 0, 0, 0, 0));
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(200, 1));
                Arena arena = Arena.ofConfined()) {
            PresentationColumns columns = columns(batch, 0, arena);
            assertTrue(assertThrows(IndexOutOfBoundsException.class, () -> tracker.record(columns, 0, 200)).getMessage()
                    .startsWith("example=200 is not in [0, 200)"));
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(0, history.totals(1).presentations());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 40", "true, 70", "false, 40", "false, 70", "true, 0"})
    void shouldStopABatchAtASecondPresentation(boolean consecutive, int again) throws IOException {
        RandomRun full = RandomRun.full(100, 1, 1);
        List<Presentation> batch = new ArrayList<>(full.epochs().getFirst());
        if (consecutive) {
            batch.sort(Comparator.comparingInt(Presentation::example));
        }
        Presentation earlier = batch.get(again);
        List<Presentation> recorded = new ArrayList<>(batch.subList(0, again));
        recorded.add(earlier);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(full.spec()); Arena arena = Arena.ofConfined()) {
            RandomRun.record(List.of(earlier), tracker);
            PresentationColumns columns = columns(batch, 0, arena);
            assertTrue(assertThrows(IllegalStateException.class, () -> tracker.record(columns, 0, 100)).getMessage()
                    .startsWith("example=" + earlier.example() + " was presented before in epoch=1"));
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertHolds(new RandomRun(100, List.of(recorded)), 1, history);
            }
        }
    }

    @Test
    void shouldTakeRowsWithNonFiniteValuesAsWrong() throws IOException {
        List<Presentation> batch = new ArrayList<>();
        for (int example = 0; example < 100; example++) {
            float value = example % 10 == 3 ? Float.NaN : 1;
            batch.add(new Presentation(example, true, 1, value, 1, 1));
        }
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(100, 1));
                Arena arena = Arena.ofConfined()) {
            tracker.record(columns(batch, 0, arena), 0, 100);
            assertEquals(10, tracker.nonFinitePresentations());
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(new EpochTotals(100, 90, true), history.totals(1));
                assertFalse(history.correct(1, 13));
                assertTrue(Float.isNaN(history.sum(RunningSum.EL2N, 13)));
                assertEquals(1, history.sum(RunningSum.MARGIN, 13));
            }
        }
    }

    @Test
    void shouldTakeAnyNonZeroAsCorrect() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(2, 1));
                Arena arena = Arena.ofConfined()) {
            PresentationColumns columns = columns(
                    List.of(new Presentation(0, true, 0, 0, 0, 0), new Presentation(1, false, 0, 0, 0, 0)), 0, arena);
            columns.correct().setAtIndex(ValueLayout.JAVA_INT, 0, Integer.MIN_VALUE);
            tracker.record(columns, 0, 2);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertTrue(history.correct(1, 0));
                assertFalse(history.correct(1, 1));
            }
        }
    }

    @Test
    void shouldRefuseRowsThatTheColumnsDoNotHave() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(10, 1));
                Arena arena = Arena.ofConfined()) {
            PresentationColumns columns = columns(RandomRun.full(10, 1, 1).epochs().getFirst(), 0, arena);
            assertThrows(IndexOutOfBoundsException.class, () -> tracker.record(columns, 5, 6));
            assertThrows(IndexOutOfBoundsException.class, () -> tracker.record(columns, -1, 1));
            tracker.record(columns, 10, 0);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(0, history.totals(1).presentations());
            }
        }
    }

    @Test
    void shouldRefuseColumnsThatDifferInLengthOrLieOnTheHeap() {
        MemorySegment four = Arena.ofAuto().allocate(16);
        MemorySegment three = Arena.ofAuto().allocate(12);
        assertEquals("column=losses bytes=12, column=ids bytes=16: columns have four bytes a row and the same number of"
                + " rows, take slices",
                assertThrows(IllegalArgumentException.class,
                        () -> new PresentationColumns(four, four, four, four, four, three)).getMessage());
        MemorySegment heap = MemorySegment.ofArray(new float[4]);
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> new PresentationColumns(four, four, heap, four, four, four)).getMessage()
                .startsWith("column=margins is on the heap"));
    }
}
