package dev.lethe.tracker.simd;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Counts, for each bit position of a tile of vectors, the rows that have it set.
 * <p>
 * The counts of all positions are kept as bit planes: plane {@code p} holds bit {@code p} of each count, and a plane of
 * events is added by rippling it through them in registers, a half adder ({@code AND} and {@code XOR}) a plane. Four
 * rows go in at once through three full adders, so that only one carry in four rows reaches the upper planes. Eight
 * planes count to {@value #MAX_ROWS}; then they are spread over {@code int}s.
 */
final class BitSlicedCounter {
    /** What eight planes can count to. */
    static final int MAX_ROWS = 255;

    private static final int PLANES = 8;
    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = WORDS.length();

    private final int examples;
    private final int[] counts;
    private final long[] planes; // (vectors, PLANES, LANES)

    /**
     * A counter that adds into {@code counts[0, examples)}.
     *
     * @param vectors
     *            of a tile
     */
    BitSlicedCounter(int vectors, int examples, int[] counts) {
        this.examples = examples;
        this.counts = counts;
        planes = new long[vectors * PLANES * LANES];
    }

    /** Adds the counts of a tile's first vectors, of which the first example is {@code example}, and starts at 0. */
    void spread(int vectors, int example) {
        for (int vector = 0; vector < vectors; vector++) {
            int end = Math.min(LANES, (examples - example + Long.SIZE - 1) / Long.SIZE - vector * LANES);
            for (int word = 0; word < end; word++) {
                int first = example + (vector * LANES + word) * Long.SIZE;
                int plane = vector * PLANES * LANES + word;
                if (first + Long.SIZE <= examples) {
                    spread(plane, first, counts);
                } else {
                    spreadTail(plane, first);
                }
            }
        }
        Arrays.fill(planes, 0, vectors * PLANES * LANES, 0);
    }

    /**
     * Adds rows of events to one vector of the tile.
     *
     * @param events
     *            one vector of words a row
     * @param rows
     *            at most {@value #MAX_ROWS} between two calls of {@link #spread(int, int)}
     */
    void add(long[] events, int rows, int vector) {
        int at = vector * PLANES * LANES;
        LongVector zero = LongVector.zero(WORDS);
        LongVector c0 = LongVector.fromArray(WORDS, planes, at);
        LongVector c1 = LongVector.fromArray(WORDS, planes, at + LANES);
        LongVector c2 = LongVector.fromArray(WORDS, planes, at + 2 * LANES);
        LongVector c3 = LongVector.fromArray(WORDS, planes, at + 3 * LANES);
        LongVector c4 = LongVector.fromArray(WORDS, planes, at + 4 * LANES);
        LongVector c5 = LongVector.fromArray(WORDS, planes, at + 5 * LANES);
        LongVector c6 = LongVector.fromArray(WORDS, planes, at + 6 * LANES);
        LongVector c7 = LongVector.fromArray(WORDS, planes, at + 7 * LANES);
        for (int row = 0; row < rows; row += 4) {
            LongVector a = LongVector.fromArray(WORDS, events, row * LANES);
            LongVector b = row + 1 < rows ? LongVector.fromArray(WORDS, events, (row + 1) * LANES) : zero;
            LongVector c = row + 2 < rows ? LongVector.fromArray(WORDS, events, (row + 2) * LANES) : zero;
            LongVector d = row + 3 < rows ? LongVector.fromArray(WORDS, events, (row + 3) * LANES) : zero;
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
        c0.intoArray(planes, at);
        c1.intoArray(planes, at + LANES);
        c2.intoArray(planes, at + 2 * LANES);
        c3.intoArray(planes, at + 3 * LANES);
        c4.intoArray(planes, at + 4 * LANES);
        c5.intoArray(planes, at + 5 * LANES);
        c6.intoArray(planes, at + 6 * LANES);
        c7.intoArray(planes, at + 7 * LANES);
    }

    /** Adds the counts of one word's 64 examples to {@code counts[first, first + 64)}. */
    private void spread(int at, int first, int[] to) {
        for (int i = 0; i < Long.SIZE; i += INTS.length()) {
            IntVector sum = IntVector.fromArray(INTS, to, first + i);
            for (int plane = 0; plane < PLANES; plane++) {
                long bits = planes[at + plane * LANES] >>> i;
                sum = sum.add(1 << plane, VectorMask.fromLong(INTS, bits & laneBits()));
            }
            sum.intoArray(to, first + i);
        }
    }

    private static long laneBits() {
        return -1L >>> (Long.SIZE - INTS.length());
    }

    /** The same for the last word, of which only some bits are examples. */
    private void spreadTail(int at, int first) {
        for (int i = 0; first + i < examples; i++) {
            for (int plane = 0; plane < PLANES; plane++) {
                counts[first + i] += (int) (planes[at + plane * LANES] >>> i & 1) << plane;
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
