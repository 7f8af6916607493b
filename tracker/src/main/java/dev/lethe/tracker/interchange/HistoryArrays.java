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
 * A history as arrays for NumPy, streamed from where it is: nothing is copied, so a history of a hundred million
 * examples needs no memory. The arrays are views; they can be written until the history is closed.
 * <p>
 * Planes have a row an epoch; where examples were presented several times in an epoch, {@link Repeats#KEPT}, a row a
 * round, and {@link #epoch} says to which epoch a row belongs. They come in two forms. As bool, (rows, examples), they
 * are ready to be computed with: {@code correct.sum(0)} is each example's correctness. Packed, (rows, (examples + 7) /
 * 8) uint8, they are an eighth of that, and as they are in the history file;
 * {@code numpy.unpackbits(packed, axis=1, count=examples, bitorder="little")} gives the former, also for some of the
 * rows or columns. Stateless; safe from any number of threads.
 */
public final class HistoryArrays {
    private static final int CHUNK = 1 << 16;

    private HistoryArrays() {}

    /** Which examples were presented: bool (rows, examples). */
    public static ArraySource seen(History history) {
        return new BoolPlanes(rows(history).size(), history.examples(), seenPlanes(history));
    }

    /** Which examples were presented and predicted right: bool (rows, examples). */
    public static ArraySource correct(History history) {
        return new BoolPlanes(rows(history).size(), history.examples(), correctPlanes(history));
    }

    /** {@link #seen} packed: uint8 (rows, (examples + 7) / 8), bit {@code i % 8} of byte {@code i / 8}. */
    public static ArraySource packedSeen(History history) {
        return new PackedPlanes(rows(history).size(), history.examples(), seenPlanes(history));
    }

    /** {@link #correct} packed, as {@link #packedSeen}. */
    public static ArraySource packedCorrect(History history) {
        return new PackedPlanes(rows(history).size(), history.examples(), correctPlanes(history));
    }

    /** The epoch of each row of planes, counted from 0: int32 (rows,). */
    public static ArraySource epoch(History history) {
        return NumpyArray.of(rows(history).stream().mapToInt(Row::epoch).toArray());
    }

    private record Row(int epoch, int round) {}

    private static List<Row> rows(History history) {
        List<Row> rows = new ArrayList<>();
        for (int epoch = 0; epoch < history.epochs(); epoch++) {
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

    /** All running sums over the committed epochs: float32 (examples, 5), in the order of {@link RunningSum}. */
    public static ArraySource sums(History history) {
        return NumpyArray.of(ElementType.FLOAT32, ByteOrder.LITTLE_ENDIAN,
                ArrayShape.of(history.examples(), RunningSum.COUNT), history.sums());
    }

    /** One running sum over the committed epochs: float32 (examples,). */
    public static ArraySource sum(History history, RunningSum sum) {
        return ArraySource.computed(ElementType.FLOAT32, ArrayShape.of(history.examples()),
                example -> history.sum(sum, (int) example));
    }

    /**
     * Writes a history as a deflated {@code .npz} file with {@code seen} and {@code correct}, bool (rows, examples),
     * {@code epoch}, int32 (rows,), and {@code margin_sum}, {@code el2n_sum}, {@code probability_sum},
     * {@code probability_squared_sum} and {@code loss_sum}, float32 (examples,); {@code margin_sum / seen.sum(0)} is
     * the mean margin. It takes the place of a file that was there before, and has its name only when it is whole.
     *
     * @throws IOException
     *            if it cannot be written; a file that was there before is left as it was, or the new one is there
     *            whole, and a power cut may bring the old one back
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

    /** Bit planes with a byte an example. */
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

    /** Bit planes as they are, without their padding. */
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
