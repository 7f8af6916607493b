package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForgettingTrackerTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 63, 64, 65, 511, 512, 513, 1000})
    void shouldKeepEveryBitAndSumWhateverTheNumberOfExamples(int examples) throws IOException {
        RandomRun run = RandomRun.sampled(examples, 7, 0.7, examples);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                assertHolds(run, 7, history);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 513})
    void shouldFlagAnEpochInWhichEveryExampleWasSeen(int examples) throws IOException {
        RandomRun run = RandomRun.full(examples, 3, 5);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                assertTrue(history.totals(2).everyExampleSeen());
                assertHolds(run, 3, history);
            }
        }
    }

    @Test
    void shouldCommitAnEpochWithoutPresentations() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(10, 2))) {
            assertEquals(1, tracker.commitEpoch());
            try (History history = tracker.history()) {
                assertEquals(new EpochTotals(0, 0, false), history.totals(1));
                assertTrue(Double.isNaN(history.totals(1).accuracy()));
            }
        }
    }

    @Test
    void shouldRefuseASecondPresentationInAnEpochAndChangeNothing() throws IOException {
        RandomRun run = new RandomRun(3, List.of(List.of(new Presentation(1, false, 1, 2, 0.5f, 4))));
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(3, 1))) {
            RandomRun.record(run.epochs().getFirst(), tracker);
            IllegalStateException refused = assertThrows(IllegalStateException.class,
                    () -> tracker.record(1, true, 9, 9, 9, 9));
            assertTrue(refused.getMessage().startsWith("example=1 was presented before in epoch=1:"),
                    refused.getMessage());
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertHolds(run, 1, history);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 100, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shouldRefuseAnIdThatIsNotAnExample(int example) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(100, 1))) {
            IndexOutOfBoundsException refused = assertThrows(IndexOutOfBoundsException.class,
                    () -> tracker.record(example, true, 0, 0, 0, 0));
            assertTrue(refused.getMessage().startsWith("example=" + example + " is not in [0, 100)"));
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(0, history.totals(1).presentations());
            }
        }
    }

    @Test
    void shouldRefuseToRecordAndCommitBeyondItsCapacity() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 1))) {
            tracker.commitEpoch();
            String expected = "tracker of history=in memory examples=4 epochs=1/1 is full";
            assertTrue(assertThrows(IllegalStateException.class, () -> tracker.record(0, true, 0, 0, 0, 0)).getMessage()
                    .startsWith(expected));
            assertTrue(assertThrows(IllegalStateException.class, tracker::commitEpoch).getMessage()
                    .startsWith(expected));
            assertEquals(1, tracker.committedEpochs());
        }
    }

    @Test
    void shouldRefuseUseAfterCloseAndCloseTwice() throws IOException {
        ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 3));
        tracker.close();
        tracker.close();
        for (IllegalStateException refused : List.of(
                assertThrows(IllegalStateException.class, () -> tracker.record(0, true, 0, 0, 0, 0)),
                assertThrows(IllegalStateException.class, tracker::commitEpoch),
                assertThrows(IllegalStateException.class, tracker::history))) {
            assertEquals("tracker of history=in memory examples=4 epochs=0/3 is closed", refused.getMessage());
        }
    }

    @Test
    void shouldKeepAnInMemoryHistoryAliveAfterTheTrackerIsClosed() throws IOException {
        RandomRun run = RandomRun.full(70, 3, 1);
        History history;
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            history = tracker.history();
        }
        assertHolds(run, 3, history);
        history.close();
        history.close();
        assertEquals("history=in memory is closed",
                assertThrows(IllegalStateException.class, () -> history.seen(1)).getMessage());
    }

    @Test
    void shouldOpenSnapshotsThatLaterCommitsDoNotChange() throws IOException {
        RandomRun run = RandomRun.sampled(200, 6, 0.5, 3);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            try (History none = tracker.history()) {
                assertHolds(run, 0, none);
            }
            RandomRun.record(run.epochs().get(0), tracker);
            tracker.commitEpoch();
            try (History one = tracker.history()) {
                for (int epoch = 1; epoch < 6; epoch++) {
                    RandomRun.record(run.epochs().get(epoch), tracker);
                    tracker.commitEpoch();
                }
                assertHolds(run, 1, one);
            }
            try (History all = tracker.history()) {
                assertHolds(run, 6, all);
            }
        }
    }

    @Test
    void shouldRefuseToOverwriteWhatAHistoryHandsOut() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 3))) {
            tracker.record(2, true, 1, 1, 1, 1);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertTrue(history.seen(1).isReadOnly());
                assertTrue(history.correct(1).isReadOnly());
                assertTrue(history.sums().isReadOnly());
            }
        }
    }

    @Test
    void shouldNameWhatIsOutsideTheHistory() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 3))) {
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals("epoch=2 is not in [1, 1], the epochs committed to history=in memory",
                        assertThrows(IndexOutOfBoundsException.class, () -> history.seen(2)).getMessage());
                assertEquals("example=4 is not in [0, 4) of history=in memory",
                        assertThrows(IndexOutOfBoundsException.class, () -> history.seen(1, 4)).getMessage());
                assertThrows(IndexOutOfBoundsException.class, () -> history.planes(2));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void shouldTakeAPresentationWithANonFiniteValueAsWrong(float value) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(5, 1))) {
            tracker.record(0, true, value, 1, 1, 1);
            tracker.record(1, true, 1, value, 1, 1);
            tracker.record(2, true, 1, 1, value, 1);
            tracker.record(3, true, 1, 1, 1, value);
            tracker.record(4, true, 1, 1, 1, 1);
            assertEquals(4, tracker.nonFinitePresentations());
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(new EpochTotals(5, 1, true), history.totals(1));
                assertEquals(4, history.nonFinitePresentations());
                assertFalse(Float.isFinite(history.sum(RunningSum.MARGIN, 0)));
                assertEquals(1, history.sum(RunningSum.MARGIN, 1));
                assertFalse(Float.isFinite(history.sum(RunningSum.PROBABILITY_SQUARED, 2)));
            }
        }
    }

    @Test
    void shouldTakeTheLargestFiniteValuesAsFinite() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(1, 1))) {
            tracker.record(0, true, Float.MAX_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE);
            assertEquals(0, tracker.nonFinitePresentations());
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertTrue(history.correct(1, 0));
            }
        }
    }
}
