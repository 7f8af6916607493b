package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The running sums while they are recorded: a row of five floats an example, so that an example at a random id costs
 * one cache line, sometimes two, rather than five. The file has them as columns; {@link #writeTo} transposes.
 * <p>
 * Plain memory access. An example is added to by whoever claimed its bit in {@link EpochBits}, so by one thread an
 * epoch; the caller's ordering between its recorders and its commit makes the sums visible to the latter.
 */
final class RunningSums {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfInt ID = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfFloat VALUE = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final long ROW = (long) RunningSum.COUNT * Float.BYTES;
    private static final int STAGED_ROWS = 1 << 15;

    // where each sum stands in a row, the order of RunningSum
    private static final int MARGIN = 0;
    private static final int EL2N = Float.BYTES;
    private static final int PROBABILITY = 2 * Float.BYTES;
    private static final int PROBABILITY_SQUARED = 3 * Float.BYTES;
    private static final int LOSS = 4 * Float.BYTES;

    private final int examples;
    private final MemorySegment rows; // (examples, 5)
    private final MemorySegment staged; // a piece of a column, on its way to the file

    RunningSums(HistoryLayout layout, Arena arena) {
        examples = layout.examples();
        rows = arena.allocate(examples * ROW, HistoryLayout.ALIGNMENT);
        staged = arena.allocate((long) STAGED_ROWS * Float.BYTES, HistoryLayout.ALIGNMENT);
    }

    /** Adds one presentation. */
    void add(int example, float margin, float el2n, float probability, float loss) {
        add(NativeType.of(rows), example * ROW, margin, el2n, probability, loss);
    }

    private static void add(MemorySegment rows, long row, float margin, float el2n, float probability, float loss) {
        add(rows, row + MARGIN, margin);
        add(rows, row + EL2N, el2n);
        add(rows, row + PROBABILITY, probability);
        add(rows, row + PROBABILITY_SQUARED, probability * probability);
        add(rows, row + LOSS, loss);
    }

    private static void add(MemorySegment rows, long offset, float value) {
        rows.set(FLOAT, offset, rows.get(FLOAT, offset) + value);
    }

    /** Adds the presentations in rows {@code [first, first + count)}. */
    void add(PresentationColumns columns, long first, int count) {
        MemorySegment sums = NativeType.of(rows);
        MemorySegment ids = NativeType.of(columns.ids());
        MemorySegment margins = NativeType.of(columns.margins());
        MemorySegment el2n = NativeType.of(columns.el2n());
        MemorySegment probabilities = NativeType.of(columns.probabilities());
        MemorySegment losses = NativeType.of(columns.losses());
        for (long at = first * Float.BYTES; at < (first + count) * Float.BYTES; at += Float.BYTES) {
            add(sums, ids.get(ID, at) * ROW, margins.get(VALUE, at), el2n.get(VALUE, at), probabilities.get(VALUE, at),
                    losses.get(VALUE, at));
        }
    }

    /**
     * Writes the sums into a slot, column by column.
     *
     * @return the slot's checksum
     */
    int writeTo(HistoryMedium medium, HistoryLayout layout, int slot) throws IOException {
        Checksum checksum = new Checksum();
        for (int column = 0; column < RunningSum.COUNT; column++) {
            long start = layout.sums(slot) + column * layout.columnBytes();
            long padded = layout.columnBytes() / Float.BYTES;
            for (long first = 0; first < padded; first += STAGED_ROWS) {
                MemorySegment piece = stage(column, first, (int) Math.min(STAGED_ROWS, padded - first));
                medium.write(start + first * Float.BYTES, piece);
                checksum.update(piece);
            }
        }
        return checksum.value();
    }

    private MemorySegment stage(int column, long first, int count) {
        int live = (int) Math.min(count, examples - first);
        for (int i = 0; i < live; i++) {
            float sum = rows.get(FLOAT, (first + i) * ROW + (long) column * Float.BYTES);
            staged.set(HistoryLayout.FLOAT, (long) i * Float.BYTES, sum);
        }
        for (int i = live; i < count; i++) {
            staged.set(HistoryLayout.FLOAT, (long) i * Float.BYTES, 0);
        }
        return staged.asSlice(0, (long) count * Float.BYTES);
    }

    /** Takes over the sums of a history, in place of what was added so far. */
    void load(History history) {
        for (RunningSum sum : RunningSum.values()) {
            MemorySegment column = history.sums(sum);
            long offset = (long) sum.ordinal() * Float.BYTES;
            for (int example = 0; example < examples; example++) {
                rows.set(FLOAT, example * ROW + offset, column.get(HistoryLayout.FLOAT, (long) example * Float.BYTES));
            }
        }
    }
}
