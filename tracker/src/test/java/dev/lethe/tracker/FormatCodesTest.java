package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The numbers that stand for constants in history files: files of older releases have them, so they must never change.
 */
class FormatCodesTest {
    private static final Map<RunningSum, Integer> COLUMNS = Map.of(RunningSum.MARGIN, 0, RunningSum.EL2N, 1,
            RunningSum.PROBABILITY, 2, RunningSum.PROBABILITY_SQUARED, 3, RunningSum.LOSS, 4);
    private static final Map<Repeats, Integer> CODES = Map.of(Repeats.REFUSED, 0, Repeats.KEPT, 1);

    @TempDir
    private Path folder;

    private ByteBuffer history(Repeats repeats) throws IOException {
        Path file = folder.resolve(repeats + ".lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(2, 1).with(repeats))) {
            tracker.record(1, true, 10, 11, 12, 14);
            tracker.commitEpoch();
        }
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldKeepTheColumnsOfSums() throws IOException {
        assertEquals(5, RunningSum.COUNT);
        assertEquals(COLUMNS, Arrays.stream(RunningSum.values())
                .collect(Collectors.toMap(Function.identity(), RunningSum::column)));
        ByteBuffer bytes = history(Repeats.REFUSED);
        int row = 2 * 4096 + 5 * Float.BYTES; // of example 1
        for (Map.Entry<RunningSum, Float> sum : Map.of(RunningSum.MARGIN, 10f, RunningSum.EL2N, 11f,
                RunningSum.PROBABILITY, 12f, RunningSum.PROBABILITY_SQUARED, 144f, RunningSum.LOSS, 14f).entrySet()) {
            assertEquals(sum.getValue(), bytes.getFloat(row + COLUMNS.get(sum.getKey()) * Float.BYTES), sum.toString());
        }
    }

    @Test
    void shouldKeepTheCodesOfRepeats() throws IOException {
        assertEquals(CODES,
                Arrays.stream(Repeats.values()).collect(Collectors.toMap(Function.identity(), Repeats::code)));
        for (Repeats repeats : Repeats.values()) {
            assertEquals(CODES.get(repeats), history(repeats).getInt(104));
            try (History history = History.open(folder.resolve(repeats + ".lethe"))) {
                assertEquals(repeats, history.spec().repeats());
            }
            assertEquals(Optional.of(repeats), Repeats.ofCode(repeats.code()));
        }
        assertTrue(Repeats.ofCode(-1).isEmpty() && Repeats.ofCode(2).isEmpty());
    }
}
