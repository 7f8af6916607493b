package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The program {@code docs/python/lethe_history.py}, written from the format's description alone, which must read the
 * tracker's files.
 */
class NumPyReaderTest {
    private static final String PRINT_ALL = """
            import sys, numpy as np, lethe_history
            h = lethe_history.read(sys.argv[1])
            bits = lambda planes: "".join("01"[int(b)] for b in planes.ravel())
            print(bits(h["seen"]))
            print(bits(h["correct"]))
            print(*h["epoch"])
            print(*h["sums"].astype("<f4").view("<u4").ravel())
            print(*lethe_history.events(h))
            """;

    private static final String TRUNCATE_WHILE_READING = """
            import os, sys, lethe_history
            crc32c = lethe_history.crc32c
            def truncate(data):
                os.truncate(sys.argv[1], 4096)
                return crc32c(data)
            lethe_history.crc32c = truncate
            lethe_history.read(sys.argv[1])
            """;

    @TempDir
    private Path folder;
    private Path file;
    private NumPyReader reader;

    @BeforeEach
    void findNumPy() throws Exception {
        reader = NumPyReader.find();
        file = folder.resolve("history.lethe");
    }

    static Stream<RandomRun> runs() {
        return Stream.of(RandomRun.full(100, 3, 1), RandomRun.sampled(513, 5, 0.4, 2),
                RandomRun.withReplacement(70, 4, 3), RandomRun.full(1, 1, 4));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void shouldReadEveryBitAndSum(RandomRun run) throws Exception {
        TrackerSpec spec = TrackerSpec.of(run.examples(), 50).with(Repeats.KEPT);
        try (ForgettingTracker tracker = ForgettingTracker.create(file, spec)) {
            run.recordInto(tracker);
        }
        List<String> lines = reader.lines(PRINT_ALL, file);
        StringBuilder seen = new StringBuilder();
        StringBuilder correct = new StringBuilder();
        List<Integer> epochs = new ArrayList<>();
        List<Integer> sums = new ArrayList<>();
        try (History history = History.open(file)) {
            for (int epoch = 1; epoch <= history.epochs(); epoch++) {
                for (int round = 0; round < history.rounds(epoch); round++) {
                    epochs.add(epoch);
                    append(seen, history.seenInRound(epoch, round).toArray(ValueLayout.JAVA_BYTE),
                            run.examples());
                    append(correct,
                            history.correctInRound(epoch, round).toArray(ValueLayout.JAVA_BYTE),
                            run.examples());
                }
            }
            for (int example = 0; example < run.examples(); example++) {
                for (RunningSum sum : RunningSum.values()) {
                    sums.add(Float.floatToRawIntBits(history.sum(sum, example)));
                }
            }
        }
        assertEquals(seen.toString(), lines.get(0));
        assertEquals(correct.toString(), lines.get(1));
        assertEquals(epochs, integers(lines.get(2)));
        assertEquals(sums, integers(lines.get(3)));
        LiteralBookkeeping literal = LiteralBookkeeping.of(run, run.epochs().size());
        assertEquals(IntStream.range(0, run.examples()).mapToObj(literal::forgettingEvents).toList(),
                integers(lines.get(4)));
    }

    private static void append(StringBuilder bits, byte[] plane, int examples) {
        for (int example = 0; example < examples; example++) {
            bits.append(plane[example / 8] >>> example % 8 & 1);
        }
    }

    private static List<Integer> integers(String line) {
        return Arrays.stream(line.split(" ")).map(Integer::parseUnsignedInt).toList();
    }

    @Test
    void shouldReadAHistoryWithoutEpochs() throws Exception {
        ForgettingTracker.create(file, TrackerSpec.of(10, 2)).close();
        assertEquals(List.of("examples 10 epochs 0 presentations 0 correct 0 never_learned 10 forgetting_events 0"
                + " unforgettable 0"), reader.read(file).lines());
    }

    /** Covers a file that is truncated meanwhile; a mapped file would end the process with a signal. */
    @Test
    void shouldSayThatAFileWasTruncatedWhileItWasRead() throws Exception {
        RandomRun run = RandomRun.full(100, 1, 1);
        try (ForgettingTracker tracker = ForgettingTracker.create(file, run.spec())) {
            run.recordInto(tracker);
        }
        NumPyReader.Outcome outcome = reader.script(TRUNCATE_WHILE_READING, file);
        assertEquals(1, outcome.exitCode(), outcome.lines().toString());
        assertEquals("ValueError: " + file + " was truncated while it was read: bytes 4096 to 4224 are not there",
                outcome.lines().getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "correct plane", "sums", "truncated"})
    void shouldRefuseADamagedFile(String what) throws Exception {
        RandomRun run = RandomRun.full(100, 1, 1);
        HistoryLayout layout = new HistoryLayout(100, 1);
        try (ForgettingTracker tracker = ForgettingTracker.create(file, run.spec())) {
            run.recordInto(tracker);
        }
        byte[] bytes = Files.readAllBytes(file);
        switch (what) {
            case "header" -> bytes[50] ^= 1;
            case "correct plane" -> bytes[(int) layout.correctPlane(0) + 3] ^= 1;
            case "sums" -> bytes[(int) layout.sums(0) + 77] ^= 1;
            default -> bytes = Arrays.copyOf(bytes, bytes.length - 1);
        }
        Files.write(file, bytes);
        NumPyReader.Outcome outcome = reader.read(file);
        assertNotEquals(0, outcome.exitCode());
        assertTrue(outcome.lines().getLast().contains(what), outcome.lines().getLast());
    }
}
