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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recording of several presentations of an example in an epoch. */
class RepeatsTest {
    private static final RandomRun RUN = RandomRun.withReplacement(600, 5, 7);
    private static final TrackerSpec SPEC = TrackerSpec.of(600, 60).with(Repeats.KEPT);

    @TempDir
    private Path folder;

    @Test
    void shouldKeepEveryPresentationInItsRound() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(3, 9).with(Repeats.KEPT))) {
            for (boolean correct : new boolean[]{true, false, true}) {
                tracker.record(1, correct, 1, 2, 0.5f, 3);
            }
            tracker.record(2, true, 0, 0, 0, 0);
            tracker.commitEpoch();
            tracker.record(0, true, 0, 0, 0, 0);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(2, history.epochs());
                assertEquals(3, history.rounds(1));
                assertEquals(1, history.rounds(2));
                assertEquals(new EpochTotals(4, 3, false), history.totals(1));
                assertEquals(0b110, history.seenInRound(1, 0).get(ValueLayout.JAVA_BYTE, 0));
                assertEquals(0b110, history.correctInRound(1, 0).get(ValueLayout.JAVA_BYTE, 0));
                assertEquals(0b010, history.seenInRound(1, 1).get(ValueLayout.JAVA_BYTE, 0));
                assertEquals(0, history.correctInRound(1, 1).get(ValueLayout.JAVA_BYTE, 0));
                assertEquals(0b010, history.correctInRound(1, 2).get(ValueLayout.JAVA_BYTE, 0));
                assertTrue(history.correct(1, 1));
                assertEquals(9, history.sum(RunningSum.LOSS, 1));
                assertTrue(assertThrows(IndexOutOfBoundsException.class, () -> history.seenInRound(2, 1)).getMessage()
                        .startsWith("round=1 is not among the 1 rounds of epoch=2"));
            }
        }
    }

    @Test
    void shouldReadBackAndResumeAFileWithRounds() throws IOException {
        Path file = folder.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, SPEC)) {
            for (int epoch = 0; epoch < 3; epoch++) {
                RandomRun.record(RUN.epochs().get(epoch), tracker);
                tracker.commitEpoch();
            }
            RandomRun.record(RUN.epochs().get(3).subList(0, 50), tracker); // not committed
        }
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, SPEC)) {
            assertEquals(3, tracker.committedEpochs());
            for (int epoch = 3; epoch < 5; epoch++) {
                RandomRun.record(RUN.epochs().get(epoch), tracker);
                assertEquals(epoch + 1, tracker.commitEpoch());
            }
        }
        try (History history = History.open(file)) {
            assertEquals(SPEC, history.spec());
            assertHolds(RUN, 5, history);
        }
        assertTrue(assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file, TrackerSpec.of(600, 60)))
                .getMessage().contains("repeats=KEPT where the run has repeats=REFUSED"));
    }

    /**
     * Checks that an epoch of several rows does not exist without its last record, and that the next commit takes its
     * place.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldDropAnEpochWhoseLastRecordIsMissing(int recordsLost) throws IOException {
        Path file = folder.resolve("history.lethe");
        int rounds;
        try (ForgettingTracker tracker = ForgettingTracker.create(file, SPEC)) {
            RUN.recordInto(tracker);
            try (History history = tracker.history()) {
                rounds = history.rounds(5);
            }
        }
        assertTrue(rounds > recordsLost, "rounds=" + rounds);
        HistoryLayout layout = new HistoryLayout(600, 60);
        byte[] bytes = Files.readAllBytes(file);
        int rows = rowsIn(bytes, layout);
        Arrays.fill(bytes, (int) layout.commit(rows - recordsLost), (int) layout.commit(rows), (byte) 0);
        Files.write(file, bytes);
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, SPEC)) {
            assertEquals(4, tracker.committedEpochs());
            RandomRun.record(RUN.epochs().get(4), tracker);
            tracker.commitEpoch();
        }
        try (History history = History.open(file)) {
            assertHolds(RUN, 5, history);
        }
    }

    /** Checks that the records an unfinished commit left behind a gap are no evidence of damage. */
    @Test
    void shouldIgnoreRecordsThatAnUnfinishedCommitWroteOutOfOrder() throws IOException {
        Path file = folder.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, SPEC)) {
            RUN.recordInto(tracker);
        }
        HistoryLayout layout = new HistoryLayout(600, 60);
        byte[] bytes = Files.readAllBytes(file);
        int rows = rowsIn(bytes, layout);
        Arrays.fill(bytes, (int) layout.commit(rows - 1), (int) layout.commit(rows), (byte) 0);
        Arrays.fill(bytes, (int) layout.commit(rows - 3), (int) layout.commit(rows - 2), (byte) 0);
        Files.write(file, bytes);
        try (History history = History.open(file)) {
            assertHolds(RUN, 4, history);
        }
    }

    private static int rowsIn(byte[] bytes, HistoryLayout layout) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int rows = 0;
        while (file.getInt((int) layout.commit(rows)) == rows + 1) {
            rows++;
        }
        return rows;
    }

    @Test
    void shouldRecordBatchesAsTheirRows() throws IOException {
        try (Arena arena = Arena.ofConfined();
                ForgettingTracker tracker = ForgettingTracker.inMemory(SPEC)) {
            MemorySegment[] memory = new MemorySegment[6];
            Arrays.setAll(memory, i -> arena.allocate(600 * 4, 64));
            PresentationColumns columns = new PresentationColumns(memory[0], memory[1], memory[2], memory[3],
                    memory[4], memory[5]);
            for (List<Presentation> epoch : RUN.epochs()) {
                for (int row = 0; row < epoch.size(); row++) {
                    fill(memory, row, epoch.get(row));
                }
                for (int first = 0; first < 600; first += 150) {
                    tracker.record(columns, first, 150);
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertHolds(RUN, 5, history);
            }
        }
    }

    private static void fill(MemorySegment[] memory, int row, Presentation p) {
        memory[0].setAtIndex(ValueLayout.JAVA_INT, row, p.example());
        memory[1].setAtIndex(ValueLayout.JAVA_INT, row, p.correct() ? 1 : 0);
        memory[2].setAtIndex(ValueLayout.JAVA_FLOAT, row, p.margin());
        memory[3].setAtIndex(ValueLayout.JAVA_FLOAT, row, p.el2n());
        memory[4].setAtIndex(ValueLayout.JAVA_FLOAT, row, p.probability());
        memory[5].setAtIndex(ValueLayout.JAVA_FLOAT, row, p.loss());
    }

    @Test
    void shouldRefuseARoundThatTheHistoryHasNoRoomFor() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(5, 3).with(Repeats.KEPT))) {
            tracker.record(4, true, 0, 0, 0, 0);
            tracker.commitEpoch();
            tracker.record(4, true, 0, 0, 0, 0);
            tracker.record(4, false, 0, 0, 0, 0);
            String message = assertThrows(IllegalStateException.class, () -> tracker.record(4, true, 1, 0, 0, 0))
                    .getMessage();
            assertEquals("example=4 would have presentations=3 in epoch=2, and the history has room for rounds=2: make "
                    + "the tracker with more epochs", message);
            tracker.commitEpoch();
            assertThrows(IllegalStateException.class, () -> tracker.record(0, true, 0, 0, 0, 0));
            try (History history = tracker.history()) {
                assertEquals(2, history.epochs());
                assertFalse(history.correct(2, 4));
                assertEquals(0, history.sum(RunningSum.MARGIN, 4));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 60_000})
    void shouldRefuseARoundOfAnEarlierEpochThatTheHistoryHasNoRoomForNow(int examples, @TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file,
                TrackerSpec.of(examples, 3).with(Repeats.KEPT))) {
            tracker.record(4, true, 0, 0, 0, 0);
            tracker.record(4, true, 0, 0, 0, 0);
            tracker.commitEpoch();
            tracker.record(4, true, 0, 0, 0, 0);
            assertThrows(IllegalStateException.class, () -> tracker.record(4, false, 0, 0, 0, 0));
            assertEquals(2, tracker.commitEpoch());
        }
        try (History history = History.open(file)) {
            assertEquals(2, history.epochs());
            assertEquals(3, history.rows());
            assertTrue(history.correct(2, 4));
        }
    }

    @Test
    void shouldReuseItsRoundsInLaterEpochs() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(5, 9).with(Repeats.KEPT))) {
            for (int presentations : new int[]{3, 1, 2}) {
                for (int i = 0; i < presentations; i++) {
                    tracker.record(presentations, true, 0, 0, 0, 0);
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertEquals(List.of(3, 1, 2), List.of(history.rounds(1), history.rounds(2), history.rounds(3)));
                assertEquals(new EpochTotals(2, 2, false), history.totals(3));
            }
        }
    }
}
