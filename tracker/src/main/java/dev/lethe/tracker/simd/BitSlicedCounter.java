package dev.lethe.tracker.simd;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Counts, for each bit position of a vector, the epochs that have it set.
 * <p>
 * The counts of all positions are kept as bit planes in registers: plane {@code p} holds bit {@code p} of each count,
 * and a plane of events is added by rippling it through them, a half adder ({@code AND} and {@code XOR}) a plane. Four
 * epochs go in at once through three full adders, so that only one carry in four epochs reaches the upper planes. Eight
 * planes count to {@value #MAX_EPOCHS}; then they are spread over {@code int}s.
 */
final class BitSlicedCounter {
    /** What eight planes can count to. */
    static final int MAX_EPOCHS = 255;

    private static final int PLANES = 8;
    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = WORDS.length();

    private final int examples;
    private final int[] counts;
    private final long[] planes = new long[PLANES * LANES];

    /**
     * A counter that adds into {@code counts[0, examples)}.
     */
    BitSlicedCounter(int examples, int[] counts) {
        this.examples = examples;
        this.counts = counts;
    }

    /**
     * Adds a vector's worth of examples, of which the first is {@code example}, over {@code epochs} event planes.
     *
     * @param events
     *            one vector of words an epoch
     * @param epochs
     *            at most {@value #MAX_EPOCHS}
     */
    void add(long[] events, int epochs, int example) {
        countInPlanes(events, epochs);
        int end = Math.min(LANES, (examples - example + Long.SIZE - 1) / Long.SIZE);
        for (int word = 0; word < end; word++) {
            int first = example + word * Long.SIZE;
            if (first + Long.SIZE <= examples) {
                spread(word, first);
            } else {
                spreadTail(word, first);
            }
        }
    }

    private void countInPlanes(long[] events, int epochs) {
        LongVector zero = LongVector.zero(WORDS);
        LongVector c0 = zero;
        LongVector c1 = zero;
        LongVector c2 = zero;
        LongVector c3 = zero;
        LongVector c4 = zero;
        LongVector c5 = zero;
        LongVector c6 = zero;
        LongVector c7 = zero;
        for (int epoch = 0; epoch < epochs; epoch += 4) {
            LongVector a = LongVector.fromArray(WORDS, events, epoch * LANES);
            LongVector b = epoch + 1 < epochs ? LongVector.fromArray(WORDS, events, (epoch + 1) * LANES) : zero;
            LongVector c = epoch + 2 < epochs ? LongVector.fromArray(WORDS, events, (epoch + 2) * LANES) : zero;
            LongVector d = epoch + 3 < epochs ? LongVector.fromArray(WORDS, events, (epoch + 3) * LANES) : zero;
            LongVector twosOfAb = majority(c0, a, b);
            c0 = parity(c0, a, b);
            LongVector twosOfCd = majority(c0, c, d);
            c0 = parity(c0, c, d);
            LongVector carry = majority(c1, twosOfAb, twosOfCd);
            c1 = parity(c1, twosOfAb, twosOfCd);
            LongVector next = c2.and(carry);
            c2 = xor(c2, carry);
            carry = c3.and(next);
            c3 = xor(c3, next);
            next = c4.and(carry);
            c4 = xor(c4, carry);
            carry = c5.and(next);
            c5 = xor(c5, next);
            next = c6.and(carry);
            c6 = xor(c6, carry);
            c7 = xor(c7, next);
        }
        c0.intoArray(planes, 0);
        c1.intoArray(planes, LANES);
        c2.intoArray(planes, 2 * LANES);
        c3.intoArray(planes, 3 * LANES);
        c4.intoArray(planes, 4 * LANES);
        c5.intoArray(planes, 5 * LANES);
        c6.intoArray(planes, 6 * LANES);
        c7.intoArray(planes, 7 * LANES);
    }

    /** Adds the counts of one word's 64 examples to {@code counts[first, first + 64)}. */
    private void spread(int word, int first) {
        for (int i = 0; i < Long.SIZE; i += INTS.length()) {
            IntVector sum = IntVector.fromArray(INTS, counts, first + i);
            for (int plane = 0; plane < PLANES; plane++) {
                long bits = planes[plane * LANES + word] >>> i;
                sum = sum.add(1 << plane, VectorMask.fromLong(INTS, bits & laneBits()));
            }
            sum.intoArray(counts, first + i);
        }
    }

    private static long laneBits() {
        return -1L >>> (Long.SIZE - INTS.length());
    }

    /** The same for the last word, of which only some bits are examples. */
    private void spreadTail(int word, int first) {
        for (int i = 0; first + i < examples; i++) {
            for (int plane = 0; plane < PLANES; plane++) {
                counts[first + i] += (int) (planes[plane * LANES + word] >>> i & 1) << plane;
            }
        }
    }

    /** The carry of a full adder. */
    private static LongVector majority(LongVector a, LongVector b, LongVector c) {
        return a.and(b).or(xor(a, b).and(c));
    }

    /** The sum bit of a full adder. */
    private static LongVector parity(LongVector a, LongVector b, LongVector c) {
        return xor(xor(a, b), c);
    }

    private static LongVector xor(LongVector a, LongVector b) {
        return a.lanewise(VectorOperators.XOR, b);
    }
}
