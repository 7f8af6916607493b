package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.ForgettingScores;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that are read again and again while another process records and commits. */
@Tag("slow")
@Timeout(120)
class LiveHistoryTest {
    private static final String READ_OFTEN = """
            import sys, time, numpy as np, lethe_history
            verify, torn, end = sys.argv[2] == "True", 0, time.time() + float(sys.argv[3])
            while time.time() < end:
                try:
                    h = lethe_history.read(sys.argv[1], verify=verify)
                    torn += not (np.array_equal(h["sums"][:, 0], h["seen"].sum(0))
                                 and np.array_equal(h["sums"][:, 1], h["correct"].sum(0)))
                except ValueError as e:
                    torn += 1
                    print(e)
            print("torn", torn)
            """;

    private MemoryFolder folder;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = new MemoryFolder();
        file = folder.newFile();
    }

    @AfterEach
    void deleteFolder() throws IOException {
        folder.close();
    }

    @FunctionalInterface
    private interface Reading {
        void run() throws Exception;
    }

    /** Reads while a process commits, after its first commit, and then ends the process. */
    private void whileWritten(int pauseMilliseconds, Reading reading) throws Exception {
        Process process = new ProcessBuilder(ChildJvm.command(32, EpochTellingProcess.class, file, pauseMilliseconds))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader output = process.inputReader()) {
            assertEquals("1", output.readLine());
            reading.run();
            assertTrue(process.isAlive(), "the writer ended before the reader");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @CsvSource({"100, True, 5", "100, False, 1", "5, True, 1", "5, False, 2"})
    void shouldBeReadByNumPyAsSomeCommitLeftThem(int pauseMilliseconds, String verify, int seconds) throws Exception {
        NumPyReader reader = NumPyReader.find();
        whileWritten(pauseMilliseconds, () -> {
            assertEquals(List.of("torn 0"), reader.lines(READ_OFTEN, file, verify, seconds));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 100})
    void shouldBeOpenedAsSomeCommitLeftThem(int pauseMilliseconds) throws Exception {
        whileWritten(pauseMilliseconds, () -> {
            Set<Integer> epochs = new HashSet<>();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (System.nanoTime() < end || epochs.size() < 4) {
                try (History history = History.open(file)) {
                    ForgettingScores scores = ForgettingScores.of(history);
                    for (int example = 0; example < history.examples(); example++) {
                        assertEquals(scores.presentations(example), history.sum(RunningSum.MARGIN, example));
                        assertEquals(scores.correctPresentations(example), history.sum(RunningSum.EL2N, example));
                    }
                    epochs.add(history.epochs());
                }
            }
        });
    }
}
