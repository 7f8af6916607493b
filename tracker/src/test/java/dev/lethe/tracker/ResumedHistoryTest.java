package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.io.FolderOperations;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that continue after the epoch of a checkpoint, or with room for more epochs. */
class ResumedHistoryTest {
    private static final HashedRun RUN = new HashedRun(1000, 6);
    private static final TrackerSpec SPEC = RUN.spec();

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("history.lethe");
    }

    private static TrackerSpec room(int epochs) {
        return new TrackerSpec(SPEC.examples(), epochs, SPEC.fingerprint(), SPEC.configuration());
    }

    /** Writes a history of some epochs in one go, and returns its file. */
    private Path straight(TrackerSpec spec, int epochs) throws IOException {
        Path straight = folder.resolve("straight-" + spec.epochs() + "-" + epochs + ".lethe");
        if (!Files.exists(straight)) {
            try (ForgettingTracker tracker = ForgettingTracker.create(straight, spec)) {
                record(tracker, 0, epochs);
            }
        }
        return straight;
    }

    private static void record(ForgettingTracker tracker, int from, int to) throws IOException {
        for (int epoch = from; epoch < to; epoch++) {
            RUN.record(epoch, tracker);
            tracker.commitEpoch();
        }
    }

    private void create(int epochs) throws IOException {
        Files.copy(straight(SPEC, epochs), file);
    }

    private static void assertSameBytes(Path expected, Path found) throws IOException {
        assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(found));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void shouldDropTheEpochAfterTheCheckpoint(int epochs) throws IOException {
        create(epochs);
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, SPEC, epochs - 1)) {
            assertEquals(epochs - 1, tracker.committedEpochs());
            try (History history = History.open(file)) {
                assertEquals(epochs - 1, history.epochs(), "what a process that is killed now leaves");
            }
            record(tracker, epochs - 1, epochs);
        }
        assertSameBytes(straight(SPEC, epochs), file);
    }

    @Test
    void shouldRecordAnotherEpochInThePlaceOfTheDroppedOne() throws IOException {
        create(4); // the fourth presents all examples, so that its seen plane is not written
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, SPEC, 3)) {
            RUN.record(4, tracker);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                for (int example = 0; example < RUN.examples(); example++) {
                    assertEquals(RUN.correct(4, example), history.correct(4, example), "example " + example);
                }
                assertEquals(4, history.epochs());
            }
        }
    }

    @Test
    void shouldDropAllRoundsOfAnEpoch() throws IOException {
        TrackerSpec repeated = SPEC.with(Repeats.KEPT);
        Path straight = folder.resolve("straight.lethe");
        for (Path path : new Path[]{straight, file}) {
            try (ForgettingTracker tracker = ForgettingTracker.create(path, repeated)) {
                RUN.record(0, tracker);
                tracker.commitEpoch();
                if (path.equals(file)) {
                    RUN.record(1, tracker);
                    RUN.record(2, tracker);
                    tracker.commitEpoch();
                }
            }
        }
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, repeated, 1);
                History history = tracker.history();
                History expected = History.open(straight)) {
            assertEquals(1, history.epochs());
            assertArrayEquals(expected.sums().toArray(HistoryLayout.FLOAT),
                    history.sums().toArray(HistoryLayout.FLOAT));
            RUN.record(3, tracker);
            RUN.record(3, tracker);
            assertEquals(2, tracker.commitEpoch());
        }
        try (History history = History.open(file)) {
            assertEquals(2, history.epochs());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "3|1|epochs=3 of which it cannot go back to epochs=1: running sums are kept for epochs=2 alone",
            "3|4|epochs=3 of which it cannot go back to epochs=4: running sums are kept for epochs=2 alone",
            "3|-1|epochs=3 of which it cannot go back to epochs=-1: running sums are kept for epochs=2 alone",
            "0|-1|epochs=0 of which it cannot go back to epochs=-1: running sums are kept for no epoch before"})
    void shouldRefuseAnEpochWhoseSumsAreGone(int epochs, int wanted, String sentence) throws IOException {
        create(epochs);
        byte[] before = Files.readAllBytes(file);
        assertEquals("history=" + file + ": " + sentence + "; resume where the history ends, or create another one",
                assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file, SPEC, wanted).close())
                        .getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldRefuseToGoBackBehindAnUnfinishedCommit(int epochs) throws IOException {
        create(epochs);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{1, 2, 3, 4}), HistoryLayout.of(SPEC).sums(epochs % 2));
        }
        byte[] before = Files.readAllBytes(file);
        String message = assertThrows(HistoryException.class,
                () -> ForgettingTracker.resume(file, SPEC, epochs - 1).close()).getMessage();
        assertTrue(message.contains(": the running sums of that epoch were overwritten by a commit that was not "
                + "finished; resume where the history ends"), message);
        assertArrayEquals(before, Files.readAllBytes(file));
        if (epochs > 1) { // with the first record alone, sums without records are taken for damage
            ForgettingTracker.resume(file, SPEC, epochs).close();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 7", "1, 1, 7", "1, 0, 7", "4, 4, 900", "4, 3, 900", "6, 6, 7", "6, 5, 12"})
    void shouldMakeRoomForMoreEpochs(int epochs, int resumed, int room) throws IOException {
        create(epochs);
        try (History before = History.open(file);
                ForgettingTracker tracker = ForgettingTracker.resume(file, room(room), resumed)) {
            assertEquals(resumed, tracker.committedEpochs());
            assertEquals(room, tracker.spec().epochs());
            assertEquals(epochs, before.epochs());
            record(tracker, resumed, 7);
        }
        assertSameBytes(straight(room(room), 7), file);
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, room(room))) {
            assertEquals(7, tracker.committedEpochs());
        }
    }

    @Test
    void shouldKeepOtherWritersAwayFromAnEnlargedHistory() throws IOException {
        create(2);
        try (ForgettingTracker _ = ForgettingTracker.resume(file, room(9))) {
            assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file, room(9)).close());
        }
    }

    @Test
    void shouldLeaveAHistoryThatCannotBeEnlargedAsItWas() throws IOException {
        create(3);
        byte[] before = Files.readAllBytes(file);
        FolderOperations failing = new FolderOperations() {
            @Override
            public void move(Path from, Path to) throws IOException {
                throw new IOException("no renames today");
            }

            @Override
            public void sync(Path of) {
                // names are as durable as they were
            }
        };
        try (FileMedium medium = FileMedium.open(file); Arena arena = Arena.ofConfined()) {
            HistoryEnd end = medium.end(arena);
            assertTrue(assertThrows(IOException.class, () -> medium.enlarge(end, room(9), failing)).getMessage()
                    .contains("no renames today"));
            assertEquals(end.epochs(), medium.end(arena).epochs(), "the medium still reads and writes the file");
            medium.force();
        }
        assertArrayEquals(before, Files.readAllBytes(file));
        assertFalse(Files.exists(folder.resolve("history.lethe.new")));
        ForgettingTracker.resume(file, room(9)).close();
        try (History history = History.open(file)) {
            assertEquals(9, history.spec().epochs());
        }
    }

    @Test
    void shouldRefuseLessRoom() throws IOException {
        create(2);
        String message = assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file, room(5)).close())
                .getMessage();
        assertTrue(message.contains("epochs=6 where the run has epochs=5"), message);
    }
}
