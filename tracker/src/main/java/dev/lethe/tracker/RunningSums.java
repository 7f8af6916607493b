package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The running sums while they are recorded: a row of five floats an example, as in the file, so that an example at a
 * random id costs one cache line, sometimes two, rather than five.
 * <p>
 * Plain memory access. An example is added to by whoever claimed its state in {@link EpochStates}, so by one thread an
 * epoch; the caller's ordering between its recorders and its commit makes the sums visible to the latter.
 */
final class RunningSums {

    private static final int MARGIN = RunningSum.MARGIN.column();
    private static final int EL2N = RunningSum.EL2N.column();
    private static final int PROBABILITY = RunningSum.PROBABILITY.column();
    private static final int PROBABILITY_SQUARED = RunningSum.PROBABILITY_SQUARED.column();
    private static final int LOSS = RunningSum.LOSS.column();

    /** Bytes copied at a time on their way into the history. */
    private static final long PIECE = 1 << 20;

    private final MemorySegment rows; // (examples, 5), and padding

    RunningSums(HistoryLayout layout, Arena arena) {
        rows = arena.allocate(layout.slotBytes(), HistoryLayout.ALIGNMENT);
    }

    /** Adds one presentation. */
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
     * Which rows are of finite values; their squares, which are recorded beside them, do not count.
     *
     * @param values
     *            (count, 5)
     */
    static long finite(float[] values, int count) {
        float margins = 0;
        float el2n = 0;
        float probabilities = 0;
        float losses = 0;
        for (int i = 0; i < count * RunningSum.COUNT; i += RunningSum.COUNT) { // x - x is 0, but for NaN and infinities
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
     * Adds to {@value Long#SIZE} neighbouring examples.
     *
     * @param values
     *            (64, 5)
     */
    void add(int first, float[] values) {
        MemorySegment sums = NativeType.of(rows);
        long from = first * HistoryLayout.SUMS_BYTES;
        for (int i = 0; i < values.length; i++) {
            add(sums, from + (long) i * Float.BYTES, values[i]);
        }
    }

    /**
     * Adds to an example.
     *
     * @param values
     *            (examples, 5)
     * @param row
     *            of the values
     */
    void add(int example, float[] values, int row) {
        MemorySegment sums = NativeType.of(rows);
        for (int i = 0; i < RunningSum.COUNT; i++) {
            add(sums, example * HistoryLayout.SUMS_BYTES + (long) i * Float.BYTES, values[row * RunningSum.COUNT + i]);
        }
    }

    /** Adds the first presentations of a chunk. */
    void add(PresentationChunk chunk, int count) {
        MemorySegment sums = NativeType.of(rows);
        for (int i = 0; i < count; i++) {
            add(sums, chunk.ids[i] * HistoryLayout.SUMS_BYTES, chunk.margins[i], chunk.el2n[i], chunk.probabilities[i],
                    chunk.losses[i]);
        }
    }

    /**
     * Writes the sums into a slot. A recorder that the commit overtook may still be adding: so each piece is copied,
     * and what is written is what the checksum is of.
     *
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
     * Takes over the sums of a history, in place of what was added so far.
     *
     * @param sums
     *            (examples, 5)
     */
    void load(MemorySegment sums) {
        rows.copyFrom(sums);
    }
}
