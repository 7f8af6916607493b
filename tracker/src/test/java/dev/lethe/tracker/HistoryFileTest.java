package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("history.lethe");
    }

    private static void recordEpoch(RandomRun run, int epoch, ForgettingTracker tracker) throws IOException {
        RandomRun.record(run.epochs().get(epoch), tracker);
        tracker.commitEpoch();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 512, 513, 40_000})
    void shouldReadBackWhatWasCommitted(int examples) throws IOException {
        RandomRun run = RandomRun.sampled(examples, 4, 0.6, examples);
        try (ForgettingTracker tracker = ForgettingTracker.create(file(), run.spec())) {
            run.recordInto(tracker);
        }
        try (History history = History.open(file())) {
            assertHolds(run, 4, history);
            assertEquals(run.spec(), history.spec());
        }
    }

    @Test
    void shouldResumeAfterTheLastCommittedEpoch() throws IOException {
        RandomRun run = RandomRun.sampled(300, 7, 0.6, 2);
        ForgettingTracker.create(file(), run.spec()).close();
        for (int epoch = 0; epoch < 7; epoch++) {
            try (ForgettingTracker tracker = ForgettingTracker.resume(file(), run.spec())) {
                assertEquals(epoch, tracker.committedEpochs());
                recordEpoch(run, epoch, tracker);
                // an interrupted epoch, of which nothing may be left when the next tracker takes over
                if (epoch < 6) {
                    RandomRun.record(run.epochs().get(6 - epoch), tracker);
                }
            }
        }
        try (History history = History.open(file())) {
            assertHolds(run, 7, history);
        }
        try (ForgettingTracker full = ForgettingTracker.resume(file(), run.spec())) {
            assertThrows(IllegalStateException.class, full::commitEpoch);
        }
    }

    @Test
    void shouldResumeTheCountOfNonFinitePresentations() throws IOException {
        TrackerSpec spec = TrackerSpec.of(2, 2);
        try (ForgettingTracker tracker = ForgettingTracker.create(file(), spec)) {
            tracker.record(0, true, Float.NaN, 0, 0, 0);
            tracker.commitEpoch();
        }
        try (ForgettingTracker tracker = ForgettingTracker.resume(file(), spec)) {
            tracker.record(1, true, Float.NaN, 0, 0, 0);
            assertEquals(2, tracker.nonFinitePresentations());
        }
    }

    @Test
    void shouldRefuseToResumeAnotherRun() throws IOException {
        TrackerSpec spec = new TrackerSpec(100, 5, Sha256.ofText("data"), Sha256.ofText("recipe"));
        ForgettingTracker.create(file(), spec).close();
        assertRefusesToResume(new TrackerSpec(101, 5, spec.fingerprint(), spec.configuration()),
                "it has examples=100 where the run has examples=101");
        assertRefusesToResume(new TrackerSpec(100, 4, spec.fingerprint(), spec.configuration()),
                "it has epochs=5 where the run has epochs=4");
        assertRefusesToResume(new TrackerSpec(100, 5, Sha256.ofText("other"), spec.configuration()),
                "it has fingerprint=" + spec.fingerprint() + " where the run has fingerprint="
                        + Sha256.ofText("other"));
        assertRefusesToResume(new TrackerSpec(100, 5, spec.fingerprint(), Sha256.ofText("other")),
                "it has configuration=" + spec.configuration());
        ForgettingTracker.resume(file(), spec).close();
    }

    private void assertRefusesToResume(TrackerSpec spec, String reason) throws IOException {
        byte[] before = Files.readAllBytes(file());
        HistoryException refused = assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file(), spec));
        assertTrue(refused.getMessage().startsWith("history=" + file() + ": not the history of this run, " + reason),
                refused.getMessage());
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file())));
    }

    @Test
    void shouldRefuseToOverwriteAFile() throws IOException {
        Files.writeString(file(), "precious");
        assertThrows(FileAlreadyExistsException.class,
                () -> ForgettingTracker.create(file(), TrackerSpec.of(1, 1)));
        assertEquals("precious", Files.readString(file()));
    }

    @Test
    void shouldRefuseToResumeWhatIsNotThere() {
        assertThrows(NoSuchFileException.class, () -> ForgettingTracker.resume(file(), TrackerSpec.of(1, 1)));
        assertThrows(NoSuchFileException.class, () -> History.open(file()));
        assertFalse(Files.exists(file()));
    }

    @Test
    void shouldRefuseASecondWriter() throws IOException {
        TrackerSpec spec = TrackerSpec.of(10, 2);
        try (ForgettingTracker tracker = ForgettingTracker.create(file(), spec)) {
            HistoryException refused = assertThrows(HistoryException.class,
                    () -> ForgettingTracker.resume(file(), spec));
            assertEquals("history=" + file() + ": another tracker is writing it: close that one first",
                    refused.getMessage());
            // reading it meanwhile must not give the lock away
            tracker.history().close();
            Files.readAllBytes(file());
            assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file(), spec));
            tracker.commitEpoch();
        }
        try (ForgettingTracker next = ForgettingTracker.resume(file(), spec)) {
            assertEquals(1, next.committedEpochs());
        }
    }

    @Test
    void shouldLeaveOnlyTheHistoryAndItsLockFile() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.create(file(), TrackerSpec.of(10, 2))) {
            tracker.commitEpoch();
        }
        try (var files = Files.list(folder)) {
            assertEquals(List.of("history.lethe", "history.lethe.lock"),
                    files.map(path -> path.getFileName().toString()).sorted().toList());
        }
        assertEquals(0, Files.size(folder.resolve("history.lethe.lock")));
    }

    @Test
    void shouldReadAFileThatIsBeingWritten() throws Exception {
        RandomRun run = RandomRun.sampled(3000, 150, 0.5, 9);
        try (ExecutorService writer = Executors.newSingleThreadExecutor();
                ForgettingTracker tracker = ForgettingTracker.create(file(), run.spec())) {
            Future<?> written = writer.submit(() -> {
                run.recordInto(tracker);
                return null;
            });
            int epochs = 0;
            while (epochs < 150) {
                try (History history = History.open(file())) {
                    assertTrue(history.epochs() >= epochs);
                    epochs = history.epochs();
                    LiteralBookkeeping literal = LiteralBookkeeping.of(run, epochs);
                    for (int example = 0; example < 3000; example += 7) {
                        assertEquals(literal.sum(RunningSum.LOSS, example), history.sum(RunningSum.LOSS, example));
                    }
                }
                if (written.isDone()) {
                    written.get();
                }
            }
        }
    }
}
