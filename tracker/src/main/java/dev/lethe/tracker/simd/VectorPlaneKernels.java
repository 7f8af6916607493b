package dev.lethe.tracker.simd;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.ByteOrder.nativeOrder;

import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.plane.PlaneTable;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The plane kernels in the Vector API, at the widest vectors of the machine.
 * <p>
 * A scan takes one vector of examples (512 with AVX-512) through up to {@value BitSlicedCounter#MAX_EPOCHS} epochs:
 * first the event planes of these epochs are derived into a buffer that stays in the first-level cache, then
 * {@link BitSlicedCounter} adds them up. What an example carries from one such block to the next (right at the last
 * presentation, learned) waits in {@code state}.
 */
public final class VectorPlaneKernels implements PlaneKernels {
    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final IntVector STEPS = IntVector.zero(INTS).addIndex(1);
    /** For the rows behind the last whole vector, which masks would make slower everywhere. */
    private static final PlaneKernels TAIL = PlaneKernelChoice.scalar();

    @Override
    public String description() {
        return "vector " + WORDS.vectorBitSize() + " bit";
    }

    @Override
    public long nonZero(MemorySegment column, long row, int rows) {
        long bits = 0;
        int whole = INTS.loopBound(rows);
        for (int i = 0; i < whole; i += INTS.length()) {
            bits |= ints(column, row + i).compare(VectorOperators.NE, 0).toLong() << i;
        }
        return whole == rows ? bits : bits | TAIL.nonZero(column, row + whole, rows - whole) << whole;
    }

    @Override
    public long finite(MemorySegment first, MemorySegment second, MemorySegment third, MemorySegment fourth, long row,
            int rows) {
        long bits = 0;
        int whole = FLOATS.loopBound(rows);
        for (int i = 0; i < whole; i += FLOATS.length()) {
            FloatVector differences = difference(first, row + i).add(difference(second, row + i))
                    .add(difference(third, row + i).add(difference(fourth, row + i)));
            bits |= differences.compare(VectorOperators.EQ, 0).toLong() << i;
        }
        return whole == rows
                ? bits
                : bits | TAIL.finite(first, second, third, fourth, row + whole, rows - whole) << whole;
    }

    /** x - x: 0, but for NaN and infinities, which leave NaN. */
    private static FloatVector difference(MemorySegment column, long row) {
        FloatVector values = FloatVector.fromMemorySegment(FLOATS, column, row * Float.BYTES, nativeOrder());
        return values.sub(values);
    }

    @Override
    public boolean consecutive(MemorySegment column, long row, int rows) {
        IntVector expected = STEPS.add(column.get(JAVA_INT_UNALIGNED, row * Integer.BYTES));
        int whole = INTS.loopBound(rows);
        for (int i = 0; i < whole; i += INTS.length()) {
            if (ints(column, row + i).compare(VectorOperators.NE, expected.add(i)).anyTrue()) {
                return false;
            }
        }
        // the tail with the row before it
        int before = Math.max(0, whole - 1);
        return whole == rows || TAIL.consecutive(column, row + before, rows - before);
    }

    private static IntVector ints(MemorySegment column, long row) {
        return IntVector.fromMemorySegment(INTS, column, row * Integer.BYTES, nativeOrder());
    }

    @Override
    public void count(PlaneTable planes, PlaneEvent event, int[] counts) {
        long[] events = new long[BitSlicedCounter.MAX_EPOCHS * WORDS.length()];
        long[] state = new long[WORDS.length()];
        BitSlicedCounter counter = new BitSlicedCounter(planes.examples(), counts);
        int words = (planes.examples() + Long.SIZE - 1) / Long.SIZE;
        for (int word = 0; word < words; word += WORDS.length()) {
            Arrays.fill(state, 0);
            for (int first = 0; first < planes.epochs(); first += BitSlicedCounter.MAX_EPOCHS) {
                int end = Math.min(first + BitSlicedCounter.MAX_EPOCHS, planes.epochs());
                derive(planes, event, word, first, end, state, events);
                counter.add(events, end - first, word * Long.SIZE);
            }
        }
    }

    private static void derive(PlaneTable planes, PlaneEvent event, int word, int first, int end, long[] state,
            long[] events) {
        switch (event) {
            case PRESENTED -> presented(planes, word, first, end, events);
            case CORRECT -> correct(planes, word, first, end, events);
            case LEARNED -> learned(planes, word, first, end, state, events);
            case FORGOTTEN -> forgotten(planes, word, first, end, state, events);
            case UNLEARNED -> unlearned(planes, word, first, end, state, events);
            default -> throw new IllegalArgumentException("unknown event=" + event);
        }
    }

    private static void presented(PlaneTable planes, int word, int first, int end, long[] events) {
        for (int epoch = first; epoch < end; epoch++) {
            seen(planes, epoch, word).intoArray(events, (epoch - first) * WORDS.length());
        }
    }

    private static void correct(PlaneTable planes, int word, int first, int end, long[] events) {
        for (int epoch = first; epoch < end; epoch++) {
            right(planes, epoch, word).and(seen(planes, epoch, word)).intoArray(events,
                    (epoch - first) * WORDS.length());
        }
    }

    private static void learned(PlaneTable planes, int word, int first, int end, long[] state, long[] events) {
        LongVector last = LongVector.fromArray(WORDS, state, 0);
        for (int epoch = first; epoch < end; epoch++) {
            LongVector seen = seen(planes, epoch, word);
            LongVector right = right(planes, epoch, word).and(seen);
            andNot(right, last).intoArray(events, (epoch - first) * WORDS.length());
            last = andNot(last, seen).or(right);
        }
        last.intoArray(state, 0);
    }

    private static void forgotten(PlaneTable planes, int word, int first, int end, long[] state, long[] events) {
        LongVector last = LongVector.fromArray(WORDS, state, 0);
        for (int epoch = first; epoch < end; epoch++) {
            LongVector seen = seen(planes, epoch, word);
            LongVector right = right(planes, epoch, word).and(seen);
            andNot(last.and(seen), right).intoArray(events, (epoch - first) * WORDS.length());
            last = andNot(last, seen).or(right);
        }
        last.intoArray(state, 0);
    }

    private static void unlearned(PlaneTable planes, int word, int first, int end, long[] state, long[] events) {
        LongVector learned = LongVector.fromArray(WORDS, state, 0);
        for (int epoch = first; epoch < end; epoch++) {
            LongVector seen = seen(planes, epoch, word);
            learned = learned.or(right(planes, epoch, word).and(seen));
            andNot(seen, learned).intoArray(events, (epoch - first) * WORDS.length());
        }
        learned.intoArray(state, 0);
    }

    private static LongVector right(PlaneTable planes, int epoch, int word) {
        return LongVector.fromMemorySegment(WORDS, planes.memory(), planes.correctWord(epoch, word), LITTLE_ENDIAN);
    }

    private static LongVector seen(PlaneTable planes, int epoch, int word) {
        if (planes.everySeen()[epoch] != 0) {
            return LongVector.broadcast(WORDS, -1L);
        }
        return LongVector.fromMemorySegment(WORDS, planes.memory(), planes.seenWord(epoch, word), LITTLE_ENDIAN);
    }

    private static LongVector andNot(LongVector a, LongVector b) {
        return a.lanewise(VectorOperators.AND_NOT, b);
    }
}
