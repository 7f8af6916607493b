package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.tracker.agrona.AgronaSegments;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The refusal of logits and labels of other lengths than the ids and the recorder's classes ask for. */
class LogitLengthsTest {
    private static final int CLASSES = 10;
    private static final int ROWS = 8;

    private ForgettingTracker tracker;
    private LogitRecorder recorder;

    @BeforeEach
    void makeRecorder() {
        tracker = ForgettingTracker.inMemory(TrackerSpec.of(ROWS, 1));
        recorder = tracker.logitRecorder(CLASSES);
    }

    @AfterEach
    void checkThatNothingWasRecorded() throws IOException {
        tracker.commitEpoch();
        try (History history = tracker.history()) {
            assertEquals(new EpochTotals(0, 0, false), history.totals(1));
        }
        tracker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CLASSES - 1, CLASSES + 1, 10 * CLASSES})
    void shouldRefuseOnePresentationWithAnotherNumberOfLogitsThanClasses(int logits) {
        assertEquals("logits=" + logits + " of example=3 where the recorder has classes=10: give one for each class, or"
                + " make a recorder for as many",
                assertThrows(IllegalArgumentException.class, () -> recorder.record(3, new float[logits], 0))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"800, 8", "81, 8", "79, 8", "0, 8", "80, 7", "80, 9", "80, 0", "70, 7", "160, 16"})
    void shouldRefuseArraysOfOtherLengths(int logits, int labels) {
        String wrong = labels == ROWS ? "logits=" + logits : "labels=" + labels;
        int needed = labels == ROWS ? ROWS * CLASSES : ROWS;
        assertEquals(wrong + " where ids=8 and classes=10 need " + needed
                + ": give one label for each id, and one logit for each id and class",
                assertThrows(IllegalArgumentException.class,
                        () -> recorder.record(new int[ROWS], new float[logits], new int[labels])).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0, 40, 0", "0, 0, 4", "3, 120, 16", "3, 124, 12", "1, 36, 4", "1, 44, 4"})
    void shouldRefuseMemoryOfOtherLengthsOnAndOffTheHeap(int ids, int logits, int labels) {
        String message = labels == ids * 4
                ? "logits bytes=" + logits + " where ids=" + ids + " and classes=10 need " + ids * 40
                : "labels bytes=" + labels + " where ids=" + ids + " and classes=10 need " + ids * 4;
        String expected = message + ": give one label for each id, and one logit for each id and class";
        for (int count : new int[]{0, ids}) {
            try (Arena arena = Arena.ofConfined()) {
                assertEquals(expected, assertThrows(IllegalArgumentException.class,
                        () -> recorder.record(arena.allocate(ids * 4L), arena.allocate(logits), arena.allocate(labels),
                                0, count))
                        .getMessage());
            }
            assertEquals(expected, assertThrows(IllegalArgumentException.class, () -> recorder.record(heap(ids * 4),
                    heap(logits), heap(labels), 0, count)).getMessage());
            assertEquals(expected, assertThrows(IllegalArgumentException.class, () -> recorder.record(
                    AgronaSegments.of(new UnsafeBuffer(new byte[ids * 4])),
                    AgronaSegments.of(new UnsafeBuffer(new byte[logits])),
                    AgronaSegments.of(new UnsafeBuffer(new byte[labels])), 0, count)).getMessage());
        }
    }

    private static MemorySegment heap(int bytes) {
        return MemorySegment.ofArray(new byte[bytes]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 33})
    void shouldRefuseIdsThatAreNotWholeNumbersOfFourBytes(int bytes) {
        assertEquals("ids bytes=" + bytes + " are no rows of bytes=4: take a slice",
                assertThrows(IllegalArgumentException.class,
                        () -> recorder.record(heap(bytes), heap(bytes * CLASSES), heap(bytes), 0, 0)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, -1", "0, 9", "1, 8", "8, 1", "9, 0", "9223372036854775807, 2147483647",
            "-9223372036854775808, 1", "2305843009213693952, 1"})
    void shouldRefuseRowsThatAreNotThere(long first, int count) {
        assertEquals("first=" + first + " count=" + count + " are not within rows=8: give rows that are there",
                assertThrows(IndexOutOfBoundsException.class,
                        () -> recorder.record(heap(ROWS * 4), heap(ROWS * CLASSES * 4), heap(ROWS * 4), first, count))
                        .getMessage());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment column = arena.allocate(ROWS * 4);
            PresentationColumns columns = new PresentationColumns(column, column, column, column, column, column);
            assertEquals("first=" + first + " count=" + count + " are not within rows=8: give rows that are there",
                    assertThrows(IndexOutOfBoundsException.class, () -> tracker.record(columns, first, count))
                            .getMessage());
        }
    }

    @Test
    void shouldTakeNoRowsOfNoMemory() {
        assertEquals(0, recorder.record(new int[0], new float[0], new int[0]));
        assertEquals(0, recorder.record(heap(0), heap(0), heap(0), 0, 0));
        assertEquals(0, recorder.record(heap(ROWS * 4), heap(ROWS * CLASSES * 4), heap(ROWS * 4), ROWS, 0));
    }
}
