package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Presentation;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.Repeats;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryArraysTest {
    private static final int EPOCHS = 3;

    @TempDir
    private Path folder;

    private static History history(int examples, double share) throws IOException {
        RandomRun run = RandomRun.sampled(examples, EPOCHS, share, examples);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            return tracker.history();
        }
    }

    private NumpyArray written(ArraySource source, Arena arena) throws IOException {
        Path file = folder.resolve("array.npy");
        NpyFile.write(file, source);
        return NpyFile.read(file, arena);
    }

    /** Covers numbers of examples around the size of a byte, a plane's padding, and a chunk of the stream. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 511, 513, 65_536, 65_537})
    void shouldWritePlanesBitByBit(int examples) throws IOException {
        try (History history = history(examples, 0.6); Arena arena = Arena.ofConfined()) {
            NumpyArray seen = written(HistoryArrays.seen(history), arena);
            NumpyArray correct = written(HistoryArrays.correct(history), arena);
            NumpyArray packedSeen = written(HistoryArrays.packedSeen(history), arena);
            NumpyArray packedCorrect = written(HistoryArrays.packedCorrect(history), arena);
            int bytes = (examples + 7) / 8;
            assertEquals(ArrayShape.of(EPOCHS, examples), seen.shape());
            assertEquals(ElementType.BOOL, correct.type());
            assertEquals(ArrayShape.of(EPOCHS, bytes), packedSeen.shape());
            assertEquals(ElementType.UINT8, packedCorrect.type());
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                for (int example = 0; example < examples; example++) {
                    long at = (long) epoch * examples + example;
                    long packed = (long) epoch * bytes + example / 8;
                    int wasSeen = history.seen(epoch + 1, example) ? 1 : 0;
                    int wasCorrect = history.correct(epoch + 1, example) ? 1 : 0;
                    assertEquals(wasSeen, seen.longAt(at));
                    assertEquals(wasCorrect, correct.longAt(at));
                    assertEquals(wasSeen, packedSeen.longAt(packed) >> example % 8 & 1);
                    assertEquals(wasCorrect, packedCorrect.longAt(packed) >> example % 8 & 1);
                }
            }
        }
    }

    @Test
    void shouldWriteARowForEachRoundOfAnEpoch() throws IOException {
        RandomRun run = RandomRun.withReplacement(20, EPOCHS, 5);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(20, 40).with(Repeats.KEPT))) {
            run.recordInto(tracker);
            try (History history = tracker.history(); Arena arena = Arena.ofConfined()) {
                NumpyArray seen = written(HistoryArrays.seen(history), arena);
                NumpyArray correct = written(HistoryArrays.correct(history), arena);
                NumpyArray epochs = written(HistoryArrays.epoch(history), arena);
                int rows = (int) epochs.shape().elements();
                assertTrue(rows > EPOCHS);
                assertEquals(ArrayShape.of(rows, 20), seen.shape());
                assertEquals(ArrayShape.of(rows, (20 + 7) / 8), HistoryArrays.packedSeen(history).shape());
                assertRowsHold(run, seen, correct, epochs);
            }
        }
    }

    /** Checks that the rows hold the presentations of each example, in the order in which they were recorded. */
    private static void assertRowsHold(RandomRun run, NumpyArray seen, NumpyArray correct, NumpyArray epochs) {
        for (int example = 0; example < run.examples(); example++) {
            List<String> expected = new ArrayList<>();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                for (Presentation presentation : run.epochs().get(epoch)) {
                    if (presentation.example() == example) {
                        expected.add((epoch + 1) + " " + presentation.correct());
                    }
                }
            }
            List<String> exported = new ArrayList<>();
            for (int row = 0; row < epochs.shape().elements(); row++) {
                long at = (long) row * run.examples() + example;
                if (seen.longAt(at) == 1) {
                    exported.add(epochs.longAt(row) + " " + (correct.longAt(at) == 1));
                }
            }
            assertEquals(expected, exported);
        }
    }

    @Test
    void shouldWriteSums() throws IOException {
        try (History history = history(77, 1); Arena arena = Arena.ofConfined()) {
            NumpyArray sums = written(HistoryArrays.sums(history), arena);
            assertEquals(ArrayShape.of(77, 5), sums.shape());
            NumpyArray losses = written(HistoryArrays.sum(history, RunningSum.LOSS), arena);
            assertEquals(ArrayShape.of(77), losses.shape());
            for (int example = 0; example < 77; example++) {
                for (RunningSum sum : RunningSum.values()) {
                    assertEquals(history.sum(sum, example), sums.doubleAt(5L * example + sum.column()));
                }
                assertEquals(history.sum(RunningSum.LOSS, example), losses.doubleAt(example));
            }
        }
    }

    @Test
    void shouldWriteAWholeHistory() throws IOException {
        Path file = folder.resolve("history.npz");
        try (History history = history(100, 0.5); Arena arena = Arena.ofConfined()) {
            HistoryArrays.writeNpz(history, file);
            try (NpzReader npz = NpzReader.open(file)) {
                assertEquals(List.of("seen", "correct", "epoch", "margin_sum", "el2n_sum", "probability_sum",
                        "probability_squared_sum", "loss_sum"), npz.names());
                assertEquals(history.correct(3, 99) ? 1 : 0, npz.read("correct", arena).longAt(299));
                assertEquals(history.sum(RunningSum.EL2N, 99), npz.read("el2n_sum", arena).doubleAt(99));
            }
        }
    }

    @Test
    void shouldWriteAHistoryWithoutEpochs() throws IOException {
        Path file = folder.resolve("history.npz");
        RandomRun run = RandomRun.full(10, 1, 1);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec()); History history = tracker.history()) {
            HistoryArrays.writeNpz(history, file);
        }
        try (NpzReader npz = NpzReader.open(file); Arena arena = Arena.ofConfined()) {
            assertEquals(ArrayShape.of(0, 10), npz.read("correct", arena).shape());
        }
    }

    @Test
    void shouldRefuseAClosedHistory() throws IOException {
        History history = history(10, 1);
        ArraySource seen = HistoryArrays.seen(history);
        history.close();
        assertThrows(IllegalStateException.class, () -> NpyFile.write(folder.resolve("seen.npy"), seen));
        assertThrows(IllegalStateException.class, () -> HistoryArrays.sums(history));
    }
}
