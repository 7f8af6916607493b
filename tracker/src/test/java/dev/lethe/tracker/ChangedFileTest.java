package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.io.HookedChannel;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories whose file cannot be read in full, or is changed by another program, while it is read and afterwards. */
class ChangedFileTest {
    private static final RandomRun RUN = RandomRun.sampled(60_000, 2, 0.6, 11);
    private static final HistoryLayout LAYOUT = HistoryBytes.layout(RUN.spec());
    /**
     * The reads of a history: header, commit records, sums (1.2 MB, which take two reads), two planes of each of two
     * epochs, and the records again.
     */
    private static final int READS = 5 + 2 * 2;

    private static byte[] bytes;

    @TempDir
    private Path folder;
    private Path file;

    @BeforeAll
    static void recordHistory(@TempDir Path recorded) throws IOException {
        Path history = recorded.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(history, RUN.spec())) {
            RUN.recordInto(tracker);
        }
        bytes = Files.readAllBytes(history);
    }

    @BeforeEach
    void writeHistory() throws IOException {
        file = Files.write(folder.resolve("history.lethe"), bytes);
    }

    /** A way of reading a history through a channel, to which something may happen. */
    @FunctionalInterface
    private interface Reading {
        void read(HookedChannel channel) throws IOException;
    }

    private void open(HookedChannel channel) throws IOException {
        try (History history = FileMedium.read(file, channel)) {
            assertHolds(RUN, 2, history);
        }
    }

    private void end(HookedChannel channel) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            HistoryEnd end = FileMedium.end(file, channel, arena);
            assertEquals(List.of(2, 2, RUN.spec()), List.of(end.epochs(), end.rows(), end.spec()));
        }
    }

    private List<Reading> readings() {
        return List.of(this::open, this::end);
    }

    @Test
    void shouldNameTheFileWhicheverReadFails() throws IOException {
        for (Reading reading : readings()) {
            for (int read = 0; read < READS; read++) {
                HookedChannel channel = HookedChannel.open(file, read, HookedChannel::failToRead);
                String message = assertThrows(HistoryException.class, () -> reading.read(channel)).getMessage();
                assertTrue(message.startsWith("history=" + file + ": bytes=") && message.endsWith(
                        " could not be read, Input/output error: check the disk, or restore the file from a copy"),
                        message);
                assertFalse(channel.isOpen());
            }
            HookedChannel sound = HookedChannel.open(file, READS, HookedChannel::failToRead);
            reading.read(sound);
            assertFalse(sound.hookRan(), "there are more reads, of which none was tried");
        }
    }

    @Test
    void shouldNameTheFileWheneverItIsTruncatedWhileItIsRead() throws IOException {
        for (Reading reading : readings()) {
            for (int read = 0; read < READS; read++) {
                Files.write(file, bytes);
                HookedChannel channel = HookedChannel.open(file, read, () -> HookedChannel.truncate(file, 1));
                String message = assertThrows(HistoryException.class, () -> reading.read(channel)).getMessage();
                assertTrue(message.startsWith("history=" + file
                        + ": truncated while it was read, bytes=1 where at least ")
                        && message.endsWith(" are needed: restore it from a copy"), message);
            }
        }
        Files.write(file, bytes);
        HookedChannel channel = HookedChannel.open(file, READS - 2,
                () -> HookedChannel.truncate(file, LAYOUT.seenPlane(1) + 5));
        assertEquals("history=" + file + ": truncated while it was read, bytes=" + (LAYOUT.seenPlane(1) + 5)
                + " where at least " + LAYOUT.seenPlane(2) + " are needed: restore it from a copy",
                assertThrows(HistoryException.class, () -> open(channel)).getMessage());
    }

    @Test
    void shouldKeepWhatWasReadWhenTheFileIsTruncated() throws IOException {
        try (History history = History.open(file)) {
            HookedChannel.truncate(file, 0);
            assertHolds(RUN, 2, history);
            assertEquals(60_000, ForgettingScores.of(history).examples());
        }
    }

    @Test
    void shouldKeepWhatWasReadWhenTheFileIsWrittenOver() throws IOException {
        try (History history = History.open(file)) {
            Files.write(file, new byte[(int) Files.size(file)], StandardOpenOption.WRITE);
            assertHolds(RUN, 2, history);
        }
    }
}
