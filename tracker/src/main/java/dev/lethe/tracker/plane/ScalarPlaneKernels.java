package dev.lethe.tracker.plane;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Plain Java twin of the Vector API kernels: the formulas of {@link PlaneEvent} one 64-bit word at a time. It is the
 * oracle of their tests, and what runs where the JVM was started without the Vector API.
 */
public final class ScalarPlaneKernels implements PlaneKernels {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public long nonZero(MemorySegment column, long row, int rows) {
        long bits = 0;
        for (int i = 0; i < rows; i++) {
            bits |= (column.get(INT, (row + i) * Integer.BYTES) != 0 ? 1L : 0L) << i;
        }
        return bits;
    }

    @Override
    public long finite(MemorySegment first, MemorySegment second, MemorySegment third, MemorySegment fourth, long row,
            int rows) {
        long bits = 0;
        for (int i = 0; i < rows; i++) {
            long at = (row + i) * Float.BYTES;
            boolean finite = Float.isFinite(first.get(FLOAT, at)) && Float.isFinite(second.get(FLOAT, at))
                    && Float.isFinite(third.get(FLOAT, at)) && Float.isFinite(fourth.get(FLOAT, at));
            bits |= (finite ? 1L : 0L) << i;
        }
        return bits;
    }

    @Override
    public boolean consecutive(MemorySegment column, long row, int rows) {
        int first = column.get(INT, row * Integer.BYTES);
        for (int i = 1; i < rows; i++) {
            if (column.get(INT, (row + i) * Integer.BYTES) != first + i) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void count(PlaneTable planes, PlaneEvent event, int[] counts) {
        int words = (planes.examples() + Long.SIZE - 1) / Long.SIZE;
        for (int word = 0; word < words; word++) {
            int first = word * Long.SIZE;
            countWord(planes, event, word, liveBits(planes.examples() - first), counts);
        }
    }

    /** Ones where a word has examples, zeros where it has padding. */
    private static long liveBits(int examples) {
        return examples >= Long.SIZE ? -1L : (1L << examples) - 1;
    }

    private static void countWord(PlaneTable planes, PlaneEvent event, int word, long live, int[] counts) {
        MemorySegment memory = planes.memory();
        long last = 0;
        long learned = 0;
        for (int epoch = 0; epoch < planes.epochs(); epoch++) {
            long every = planes.everySeen()[epoch];
            long seen = live & (every | memory.get(PlaneTable.WORD, planes.seenWord(epoch, word)));
            long correct = memory.get(PlaneTable.WORD, planes.correctWord(epoch, word));
            learned |= seen & correct;
            long happened = switch (event) {
                case PRESENTED -> seen;
                case CORRECT -> seen & correct;
                case LEARNED -> seen & correct & ~last;
                case FORGOTTEN -> seen & last & ~correct;
                case UNLEARNED -> seen & ~learned;
            };
            last = (last & ~seen) | (correct & seen);
            for (long bits = happened; bits != 0; bits &= bits - 1) {
                counts[word * Long.SIZE + Long.numberOfTrailingZeros(bits)]++;
            }
        }
    }
}
