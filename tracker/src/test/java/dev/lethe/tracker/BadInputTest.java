package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.table.PlaneTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The mistakes of callers, beyond those in the tests of each class: each is refused by an exception that names it, and
 * changes nothing.
 */
class BadInputTest {
    private static final RandomRun RUN = RandomRun.full(200, 2, 3);

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("history.lethe");
    }

    private static PresentationColumns batch(boolean consecutive, Arena arena) {
        List<Presentation> batch = new ArrayList<>(RUN.epochs().getFirst());
        if (consecutive) {
            batch.sort(Comparator.comparingInt(Presentation::example));
        }
        return BatchRecordingTest.columns(batch, 0, arena);
    }

    /** Checks that an epoch committed now would be empty, and every sum 0. */
    private static void assertNothingRecorded(ForgettingTracker tracker) throws IOException {
        assertEquals(0, tracker.nonFinitePresentations());
        int committed = tracker.commitEpoch();
        try (History history = tracker.history()) {
            assertEquals(new EpochTotals(0, 0, false), history.totals(committed));
            for (RunningSum sum : RunningSum.values()) {
                for (int example = 0; example < history.examples(); example++) {
                    assertEquals(0, history.sum(sum, example));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 200, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void shouldRecordNothingOfABatchWithAnIdOutOfRangeWhereverItIs(int id) throws IOException {
        for (boolean consecutive : new boolean[]{true, false}) {
            for (int row : new int[]{0, 31, 64, 199}) {
                try (ForgettingTracker tracker = ForgettingTracker.inMemory(RUN.spec());
                        Arena arena = Arena.ofConfined()) {
                    PresentationColumns columns = batch(consecutive, arena);
                    columns.ids().setAtIndex(ValueLayout.JAVA_INT, row, id);
                    columns.losses().setAtIndex(ValueLayout.JAVA_FLOAT, 0, Float.NaN);
                    String message = assertThrows(IndexOutOfBoundsException.class,
                            () -> tracker.record(columns, 0, 200)).getMessage();
                    assertTrue(message.startsWith("example=" + id + " is not in [0, 200)"), message);
                    assertNothingRecorded(tracker);
                }
            }
        }
    }

    @Test
    void shouldRefuseABatchThatEndsBehindTheLastExample() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(RUN.spec()); Arena arena = Arena.ofConfined()) {
            PresentationColumns columns = batch(true, arena);
            for (int row = 0; row < 200; row++) {
                columns.ids().setAtIndex(ValueLayout.JAVA_INT, row, row + 1); // consecutive, the last one is 200
            }
            assertThrows(IndexOutOfBoundsException.class, () -> tracker.record(columns, 0, 200));
            assertNothingRecorded(tracker);
        }
    }

    @Test
    void shouldRefuseABatchOfAFullOrClosedTracker() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            PresentationColumns columns = batch(true, arena);
            ForgettingTracker tracker = ForgettingTracker.create(file(), TrackerSpec.of(200, 1));
            tracker.record(columns, 0, 100);
            tracker.commitEpoch();
            byte[] full = Files.readAllBytes(file());
            assertEquals("tracker of history=" + file() + " examples=200 epochs=1/1 is full: make it with room for as"
                    + " many epochs as the run may have",
                    assertThrows(IllegalStateException.class, () -> tracker.record(columns, 100, 100)).getMessage());
            tracker.close();
            assertEquals("tracker of history=" + file() + " examples=200 epochs=1/1 is closed",
                    assertThrows(IllegalStateException.class, () -> tracker.record(columns, 100, 100)).getMessage());
            assertThrows(IllegalStateException.class, tracker::commitEpoch);
            assertThrows(IllegalStateException.class, tracker::history);
            assertTrue(Arrays.equals(full, Files.readAllBytes(file())));
        }
    }

    @Test
    void shouldRefuseColumnsWhoseMemoryWasGivenBack() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(RUN.spec())) {
            PresentationColumns columns;
            try (Arena arena = Arena.ofConfined()) {
                columns = batch(true, arena);
            }
            assertThrows(IllegalStateException.class, () -> tracker.record(columns, 0, 200));
            assertNothingRecorded(tracker);
        }
    }

    @Test
    void shouldLeaveAFileToItsFirstWriter() throws IOException {
        try (ForgettingTracker first = ForgettingTracker.create(file(), RUN.spec())) {
            RandomRun.record(RUN.epochs().getFirst(), first);
            assertEquals("history=" + file() + ": another tracker is writing it: close that one first",
                    assertThrows(HistoryException.class, () -> ForgettingTracker.create(file(), RUN.spec()))
                            .getMessage());
            first.commitEpoch();
        }
        byte[] written = Files.readAllBytes(file());
        assertThrows(FileAlreadyExistsException.class, () -> ForgettingTracker.create(file(), RUN.spec()));
        assertTrue(Arrays.equals(written, Files.readAllBytes(file())));
        try (History history = History.open(file())) {
            assertHolds(RUN, 1, history);
        }
    }

    @Test
    void shouldNotHoldTheLockAfterItRefusedToResume() throws IOException {
        TrackerSpec spec = new TrackerSpec(200, 2, Sha256.ofText("data"), Sha256.ofText("recipe"));
        ForgettingTracker.create(file(), spec).close();
        assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file(), RUN.spec()));
        ForgettingTracker.resume(file(), spec).close();
    }

    @Test
    void shouldNameADirectoryThatIsGivenForAFile() throws IOException {
        assertEquals("history=" + folder + ": not a Lethe history, it is a directory: name a file in it",
                assertThrows(HistoryException.class, () -> History.open(folder)).getMessage());
        FileSystemException resumed = assertThrows(FileSystemException.class,
                () -> ForgettingTracker.resume(folder, RUN.spec()));
        assertEquals(folder.toString(), resumed.getFile());
        assertThrows(FileAlreadyExistsException.class, () -> ForgettingTracker.create(folder, RUN.spec()));
    }

    @Test
    void shouldNotMakeTheFolderOfAHistory() {
        Path inNoFolder = folder.resolve("missing").resolve("history.lethe");
        assertThrows(NoSuchFileException.class, () -> ForgettingTracker.create(inNoFolder, RUN.spec()));
        assertThrows(NoSuchFileException.class, () -> ForgettingTracker.resume(inNoFolder, RUN.spec()));
        assertThrows(NoSuchFileException.class, () -> History.open(inNoFolder));
        assertTrue(Files.notExists(inNoFolder.getParent()));
    }

    @Test
    void shouldLeaveNothingOfAHistoryWithoutASpecification() throws IOException {
        assertThrows(NullPointerException.class, () -> ForgettingTracker.create(file(), null));
        assertThrows(NullPointerException.class, () -> ForgettingTracker.inMemory(null));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
        ForgettingTracker.create(file(), RUN.spec()).close();
        assertThrows(NullPointerException.class, () -> ForgettingTracker.resume(file(), null));
        ForgettingTracker.resume(file(), RUN.spec()).close();
    }

    /** Covers an interrupted write, after which Java closes the file of the thread. */
    @Test
    void shouldOnlyBeResumableAfterACommitWasInterrupted() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.create(file(), RUN.spec())) {
            RandomRun.record(RUN.epochs().get(0), tracker);
            tracker.commitEpoch();
            RandomRun.record(RUN.epochs().get(1), tracker);
            Thread.currentThread().interrupt();
            assertThrows(ClosedByInterruptException.class, tracker::commitEpoch);
            assertTrue(Thread.interrupted());
            assertThrows(ClosedChannelException.class, tracker::commitEpoch);
            assertEquals(1, tracker.committedEpochs());
            try (History history = tracker.history()) {
                assertHolds(RUN, 1, history);
            }
        }
        try (ForgettingTracker tracker = ForgettingTracker.resume(file(), RUN.spec())) {
            RandomRun.record(RUN.epochs().get(1), tracker);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertHolds(RUN, 2, history);
            }
        }
    }

    @Test
    void shouldRefuseEpochsBelowOneAndExamplesBelowZero() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(RUN.spec())) {
            RUN.recordInto(tracker);
            try (History history = tracker.history()) {
                String epoch = "epoch=0 is not in [1, 2], the epochs committed to history=in memory";
                assertEquals(epoch,
                        assertThrows(IndexOutOfBoundsException.class, () -> history.totals(0)).getMessage());
                assertEquals(epoch,
                        assertThrows(IndexOutOfBoundsException.class, () -> history.correct(0)).getMessage());
                assertEquals(epoch,
                        assertThrows(IndexOutOfBoundsException.class, () -> history.seen(0, 0)).getMessage());
                String example = "example=-1 is not in [0, 200) of history=in memory";
                assertEquals(example,
                        assertThrows(IndexOutOfBoundsException.class, () -> history.seen(1, -1)).getMessage());
                assertEquals(example, assertThrows(IndexOutOfBoundsException.class,
                        () -> history.sum(RunningSum.LOSS, -1)).getMessage());
                assertTrue(assertThrows(IndexOutOfBoundsException.class, () -> ForgettingScores.of(history, -1))
                        .getMessage().startsWith("epochs=-1 is not in [0, 2]"));
            }
        }
    }

    @Test
    void shouldRefuseTheUseOfAClosedHistoryAndOfWhatItHandedOut() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.create(file(), RUN.spec())) {
            RUN.recordInto(tracker);
        }
        History history = History.open(file());
        MemorySegment correct = history.correct(2);
        MemorySegment sums = history.sums();
        PlaneTable planes = history.planes(2);
        history.close();
        String closed = "history=" + file() + " is closed";
        assertEquals(closed,
                assertThrows(IllegalStateException.class, () -> ForgettingScores.of(history)).getMessage());
        assertEquals(closed,
                assertThrows(IllegalStateException.class, () -> history.sum(RunningSum.LOSS, 0)).getMessage());
        assertEquals(closed,
                assertThrows(IllegalStateException.class, () -> History.merge(List.of(history))).getMessage());
        assertThrows(IllegalStateException.class, () -> correct.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> sums.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> planes.memory().get(ValueLayout.JAVA_BYTE, 0));
    }
}
