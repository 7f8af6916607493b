package dev.lethe.tracker.interchange;

import dev.lethe.tracker.History;
import dev.lethe.tracker.Repeats;
import dev.lethe.tracker.RunningSum;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * The arrays of a history for NumPy, streamed from where it is: nothing is copied, so a history of a hundred million
 * examples needs no memory. The arrays are views; they can be written until the history is closed.
 * <p>
 * Planes have one row for each epoch; where examples were presented several times in an epoch ({@link Repeats#KEPT}),
 * one row for each round, and {@link #epoch} gives the epoch of each row. They come in two forms. As bool, (rows,
 * examples), they are ready to be computed with: {@code correct.sum(0)} is each example's correctness. Packed, (rows,
 * (examples + 7) / 8) uint8, they take an eighth of that, and have the bits of the history file; {@code
 * numpy.unpackbits(packed, axis=1, count=examples, bitorder="little")} gives the bool form, also for some of the rows
 * or columns. Stateless; safe from any number of threads.
 */
public final class HistoryArrays {
    private static final int CHUNK = 1 << 16;

    private HistoryArrays() {}

    /** Returns the examples that were presented: bool (rows, examples). */
    public static ArraySource seen(History history) {
        return new BoolPlanes(rows(history).size(), history.examples(), seenPlanes(history));
    }

    /** Returns the examples that were presented and predicted right: bool (rows, examples). */
    public static ArraySource correct(History history) {
        return new BoolPlanes(rows(history).size(), history.examples(), correctPlanes(history));
    }

    /**
     * Returns {@link #seen} packed: uint8 (rows, (examples + 7) / 8), bit {@code i % 8} of byte {@code i / 8} for
     * example {@code i}.
     */
    public static ArraySource packedSeen(History history) {
        return new PackedPlanes(rows(history).size(), history.examples(), seenPlanes(history));
    }

    /**
     * Returns {@link #correct} packed: uint8 (rows, (examples + 7) / 8), bit {@code i % 8} of byte {@code i / 8} for
     * example {@code i}.
     */
    public static ArraySource packedCorrect(History history) {
        return new PackedPlanes(rows(history).size(), history.examples(), correctPlanes(history));
    }

    /** Returns the epoch of each row of planes, counted from 1: int32 (rows,). */
    public static ArraySource epoch(History history) {
        return NumpyArray.of(rows(history).stream().mapToInt(Row::epoch).toArray());
    }

    private record Row(int epoch, int round) {}

    private static List<Row> rows(History history) {
        List<Row> rows = new ArrayList<>();
        for (int epoch = 1; epoch <= history.epochs(); epoch++) {
            for (int round = 0; round < history.rounds(epoch); round++) {
                rows.add(new Row(epoch, round));
            }
        }
        return rows;
    }

    private static IntFunction<MemorySegment> seenPlanes(History history) {
        List<Row> rows = rows(history);
        return row -> history.seenInRound(rows.get(row).epoch, rows.get(row).round);
    }

    private static IntFunction<MemorySegment> correctPlanes(History history) {
        List<Row> rows = rows(history);
        return row -> history.correctInRound(rows.get(row).epoch, rows.get(row).round);
    }

    /**
     * Returns all running sums over the committed epochs: float32 (examples, 5), in the order of {@link
     * RunningSum#column}.
     */
    public static ArraySource sums(History history) {
        return NumpyArray.of(ElementType.FLOAT32, ByteOrder.LITTLE_ENDIAN,
                ArrayShape.of(history.examples(), RunningSum.COUNT), history.sums());
    }

    /** Returns one running sum over the committed epochs: float32 (examples,). */
    public static ArraySource sum(History history, RunningSum sum) {
        return ArraySource.computed(ElementType.FLOAT32, ArrayShape.of(history.examples()),
                example -> history.sum(sum, (int) example));
    }

    /**
     * Writes a history as a deflated {@code .npz} file with {@code seen} and {@code correct}, bool (rows, examples),
     * {@code epoch}, int32 (rows,), counted from 1, and {@code margin_sum}, {@code el2n_sum}, {@code probability_sum},
     * {@code probability_squared_sum} and {@code loss_sum}, float32 (examples,); {@code margin_sum / seen.sum(0)} is
     * the mean margin. The file replaces one that was there before, and has its name only when it is whole.
     *
     * @param history
     *            the history
     * @param path
     *            the file
     * @throws IOException
     *             if it cannot be written. A file that was there before is then unchanged; or, if only the new name
     *             could not be made durable, the new file is there whole, and a power cut may bring the old one back
     */
    public static void writeNpz(History history, Path path) throws IOException {
        try (NpzWriter npz = NpzWriter.deflated(path)) {
            npz.add("seen", seen(history));
            npz.add("correct", correct(history));
            npz.add("epoch", epoch(history));
            for (RunningSum sum : RunningSum.values()) {
                npz.add(sum.name().toLowerCase(Locale.ROOT) + "_sum", sum(history, sum));
            }
            npz.finish();
        }
    }

    /** The bit planes as arrays with one byte for each example. */
    private record BoolPlanes(int rows, int examples, IntFunction<MemorySegment> planes) implements ArraySource {
        @Override
        public ElementType type() {
            return ElementType.BOOL;
        }

        @Override
        public ByteOrder order() {
            return ByteOrder.LITTLE_ENDIAN;
        }

        @Override
        public ArrayShape shape() {
            return ArrayShape.of(rows, examples);
        }

        @Override
        public void writeTo(OutputStream output) throws IOException {
            byte[] chunk = new byte[CHUNK];
            for (int row = 0; row < rows; row++) {
                MemorySegment plane = planes.apply(row);
                for (long first = 0; first < examples; first += CHUNK) {
                    int count = (int) Math.min(CHUNK, examples - first);
                    unpack(plane, first, count, chunk);
                    output.write(chunk, 0, count);
                }
            }
        }

        private static void unpack(MemorySegment plane, long first, int count, byte[] chunk) {
            for (int index = 0; index < count; index++) {
                long example = first + index;
                chunk[index] = (byte) (plane.get(ValueLayout.JAVA_BYTE, example >>> 3) >>> (example & 7) & 1);
            }
        }
    }

    /** The bit planes as they are, without their padding. */
    private record PackedPlanes(int rows, int examples, IntFunction<MemorySegment> planes) implements ArraySource {
        @Override
        public ElementType type() {
            return ElementType.UINT8;
        }

        @Override
        public ByteOrder order() {
            return ByteOrder.LITTLE_ENDIAN;
        }

        @Override
        public ArrayShape shape() {
            return ArrayShape.of(rows, ((long) examples + Byte.SIZE - 1) / Byte.SIZE);
        }

        @Override
        public void writeTo(OutputStream output) throws IOException {
            long bytes = shape().dimensions().getLast();
            for (int row = 0; row < rows; row++) {
                NumpyArray.of(ElementType.UINT8, order(), ArrayShape.of(bytes), planes.apply(row).asSlice(0, bytes))
                        .writeTo(output);
            }
        }
    }
}
