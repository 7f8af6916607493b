package dev.lethe.tracker.interchange;

import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * A history as arrays for NumPy, streamed from where it is: nothing is copied, so a history of a hundred million
 * examples needs no memory. The arrays are views; they can be written until the history is closed.
 * <p>
 * Planes come in two forms. As bool, (epochs, examples), they are ready to be computed with: {@code correct.sum(0)} is
 * each example's correctness. Packed, (epochs, (examples + 7) / 8) uint8, they are an eighth of that, and as they are
 * in the history file; {@code numpy.unpackbits(packed, axis=1, count=examples, bitorder="little")} gives the former,
 * also for some of the rows or columns. Stateless; safe from any number of threads.
 */
public final class HistoryArrays {
    private static final int CHUNK = 1 << 16;

    private HistoryArrays() {}

    /** Which examples were presented in each epoch: bool (epochs, examples). */
    public static ArraySource seen(History history) {
        return new BoolPlanes(history.epochs(), history.examples(), history::seen);
    }

    /** Which examples were presented and predicted right in each epoch: bool (epochs, examples). */
    public static ArraySource correct(History history) {
        return new BoolPlanes(history.epochs(), history.examples(), history::correct);
    }

    /** {@link #seen} packed: uint8 (epochs, (examples + 7) / 8), bit {@code i % 8} of byte {@code i / 8}. */
    public static ArraySource packedSeen(History history) {
        return new PackedPlanes(history.epochs(), history.examples(), history::seen);
    }

    /** {@link #correct} packed, as {@link #packedSeen}. */
    public static ArraySource packedCorrect(History history) {
        return new PackedPlanes(history.epochs(), history.examples(), history::correct);
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
     * Writes a history as a deflated {@code .npz} file with {@code seen} and {@code correct}, bool (epochs, examples),
     * and {@code margin_sum}, {@code el2n_sum}, {@code probability_sum}, {@code probability_squared_sum} and
     * {@code loss_sum}, float32 (examples,); {@code margin_sum / seen.sum(0)} is the mean margin. It takes the place of
     * a file that was there before, and has its name only when it is whole.
     *
     * @throws IOException
     *             if it cannot be written; a file that was there before is left as it was
     */
    public static void writeNpz(History history, Path path) throws IOException {
        try (NpzWriter npz = NpzWriter.deflated(path)) {
            npz.add("seen", seen(history));
            npz.add("correct", correct(history));
            for (RunningSum sum : RunningSum.values()) {
                npz.add(sum.name().toLowerCase(Locale.ROOT) + "_sum", sum(history, sum));
            }
            npz.finish();
        }
    }

    /** Bit planes with a byte an example. */
    private record BoolPlanes(int epochs, int examples, IntFunction<MemorySegment> planes) implements ArraySource {
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
            return ArrayShape.of(epochs, examples);
        }

        @Override
        public void writeTo(OutputStream output) throws IOException {
            byte[] chunk = new byte[CHUNK];
            for (int epoch = 0; epoch < epochs; epoch++) {
                MemorySegment plane = planes.apply(epoch);
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
    private record PackedPlanes(int epochs, int examples, IntFunction<MemorySegment> planes) implements ArraySource {
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
            return ArrayShape.of(epochs, ((long) examples + Byte.SIZE - 1) / Byte.SIZE);
        }

        @Override
        public void writeTo(OutputStream output) throws IOException {
            long bytes = shape().dimensions().getLast();
            for (int epoch = 0; epoch < epochs; epoch++) {
                NumpyArray.of(ElementType.UINT8, order(), ArrayShape.of(bytes), planes.apply(epoch).asSlice(0, bytes))
                        .writeTo(output);
            }
        }
    }
}
