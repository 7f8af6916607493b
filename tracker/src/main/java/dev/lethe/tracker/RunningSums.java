package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The running sums while they are recorded: a row of five floats for each example, as in the file, so that an example
 * at a random id costs one cache line, sometimes two, rather than five.
 * <p>
 * All accesses are plain. Only the thread that claimed an example's state in {@link EpochStates} adds to its sums, so
 * one thread at a time; the caller's ordering between its recorders and its commit makes the sums visible to the
 * latter.
 */
final class RunningSums {

    private static final int MARGIN = RunningSum.MARGIN.column();
    private static final int EL2N = RunningSum.EL2N.column();
    private static final int PROBABILITY = RunningSum.PROBABILITY.column();
    private static final int PROBABILITY_SQUARED = RunningSum.PROBABILITY_SQUARED.column();
    private static final int LOSS = RunningSum.LOSS.column();

    /** The bytes copied at a time on their way into the history. */
    private static final long PIECE = 1 << 20;

    private final MemorySegment rows; // (examples, 5), and padding

    RunningSums(HistoryLayout layout, Arena arena) {
        rows = arena.allocate(layout.slotBytes(), HistoryLayout.ALIGNMENT);
    }

    /**
     * Adds one presentation by plain reads and plain writes of its example's sums. They pair with the plain reads of
     * {@link #writeTo}, before which the caller orders them.
     */
    void add(int example, float margin, float el2n, float probability, float loss) {
        add(NativeType.of(rows), example * HistoryLayout.SUMS_BYTES, margin, el2n, probability, loss);
    }

    private static void add(MemorySegment rows, long row, float margin, float el2n, float probability, float loss) {
        add(rows, row + (long) MARGIN * Float.BYTES, margin);
        add(rows, row + (long) EL2N * Float.BYTES, el2n);
        add(rows, row + (long) PROBABILITY * Float.BYTES, probability);
        add(rows, row + (long) PROBABILITY_SQUARED * Float.BYTES, probability * probability);
        add(rows, row + (long) LOSS * Float.BYTES, loss);
    }

    private static void add(MemorySegment rows, long offset, float value) {
        rows.set(HistoryLayout.FLOAT, offset, rows.get(HistoryLayout.FLOAT, offset) + value);
    }

    /**
     * Tells which rows have finite values, as one bit for each row; squares, which are recorded beside the values, do
     * not count.
     *
     * @param values
     *            (count, 5): a row of sums for each of some examples
     * @param count
     *            the number of rows, at most 64
     */
    static long finite(float[] values, int count) {
        float margins = 0;
        float el2n = 0;
        float probabilities = 0;
        float losses = 0;
        for (int i = 0; i < count * RunningSum.COUNT; i += RunningSum.COUNT) { // x - x is 0, if finite
            margins += values[i + MARGIN] - values[i + MARGIN];
            el2n += values[i + EL2N] - values[i + EL2N];
            probabilities += values[i + PROBABILITY] - values[i + PROBABILITY];
            losses += values[i + LOSS] - values[i + LOSS];
        }
        long rows = count == Long.SIZE ? -1L : (1L << count) - 1;
        if (margins + el2n + probabilities + losses == 0) {
            return rows;
        }
        for (int i = 0; i < count * RunningSum.COUNT; i++) {
            if (i % RunningSum.COUNT != PROBABILITY_SQUARED && !Float.isFinite(values[i])) {
                rows &= ~(1L << i / RunningSum.COUNT);
            }
        }
        return rows;
    }

    /**
     * Adds to {@value Long#SIZE} neighbouring examples by plain reads and plain writes of their sums. They pair with
     * the plain reads of {@link #writeTo}, before which the caller orders them.
     *
     * @param first
     *            the first of the examples
     * @param values
     *            (64, 5): a row of sums for each example
     */
    void add(int first, float[] values) {
        MemorySegment sums = NativeType.of(rows);
        long from = first * HistoryLayout.SUMS_BYTES;
        for (int i = 0; i < values.length; i++) {
            add(sums, from + (long) i * Float.BYTES, values[i]);
        }
    }

    /**
     * Adds to one example by plain reads and plain writes of its sums. They pair with the plain reads of
     * {@link #writeTo}, before which the caller orders them.
     *
     * @param example
     *            the example, {@code [0, examples)}
     * @param values
     *            (rows, 5): a row of sums for each of some examples
     * @param row
     *            the row of this example
     */
    void add(int example, float[] values, int row) {
        MemorySegment sums = NativeType.of(rows);
        for (int i = 0; i < RunningSum.COUNT; i++) {
            add(sums, example * HistoryLayout.SUMS_BYTES + (long) i * Float.BYTES, values[row * RunningSum.COUNT + i]);
        }
    }

    /**
     * Adds the first {@code count} presentations of a chunk by plain reads and plain writes of their examples' sums.
     * They pair with the plain reads of {@link #writeTo}, before which the caller orders them.
     */
    void add(PresentationChunk chunk, int count) {
        MemorySegment sums = NativeType.of(rows);
        for (int i = 0; i < count; i++) {
            add(sums, chunk.ids[i] * HistoryLayout.SUMS_BYTES, chunk.margins[i], chunk.el2n[i], chunk.probabilities[i],
                    chunk.losses[i]);
        }
    }

    /**
     * Writes the sums into a slot, read by plain reads. They pair with the plain writes of {@link #add}, which the
     * caller orders before the commit. A recorder that the commit overtook may still be adding: therefore each piece is
     * copied, and the checksum is that of the copy that is written.
     *
     * @param medium
     *            the medium of the history
     * @param layout
     *            the layout of the history
     * @param slot
     *            the slot, 0 or 1
     * @return the slot's checksum
     */
    int writeTo(HistoryMedium medium, HistoryLayout layout, int slot) throws IOException {
        Checksum checksum = new Checksum();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.min(PIECE, rows.byteSize()), HistoryLayout.ALIGNMENT);
            for (long at = 0; at < rows.byteSize(); at += copy.byteSize()) {
                MemorySegment piece = copy.asSlice(0, Math.min(copy.byteSize(), rows.byteSize() - at));
                piece.copyFrom(rows.asSlice(at, piece.byteSize()));
                checksum.update(piece);
                medium.write(layout.sums(slot) + at, piece);
            }
        }
        return checksum.value();
    }

    /**
     * Takes over the sums of a history, in place of those recorded so far, by plain writes. They pair with the accesses
     * of {@link #add}, which the caller orders after it or before it.
     *
     * @param sums
     *            (examples, 5) float32, or empty where every sum is 0
     */
    void load(MemorySegment sums) {
        rows.copyFrom(sums);
    }
}
