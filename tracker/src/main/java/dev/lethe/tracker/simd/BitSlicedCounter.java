package dev.lethe.tracker.simd;

import static dev.lethe.tracker.simd.PlaneWords.LANES;
import static dev.lethe.tracker.simd.PlaneWords.WORDS;
import static dev.lethe.tracker.simd.PlaneWords.correct;

import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.table.PlaneTable;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A counter of the rows in which each bit position of a tile of vectors is set.
 * <p>
 * The counts of all positions are kept as bit planes: plane {@code p} holds bit {@code p} of each count. Rows of events
 * go in four at a time through three full adders into the two lowest planes; their carries wait until there are four of
 * them, and then go through three more adders into the next two planes and ripple up through the rest. Eight planes
 * count to {@value #MAX_ROWS}; then they are spread over bytes, and added to {@code int}s where a byte is not enough.
 * <p>
 * Every loop runs over the vectors of the tile and carries no vector from one turn to the next: such a vector would be
 * an object at the loop's entry. And every method is longer than the JIT inlines into its caller (325 bytes): with
 * several in one, it gives up inlining the vectors' own methods.
 */
final class BitSlicedCounter {
    /** The largest count that eight planes hold. */
    static final int MAX_ROWS = 255;
    /** The number of rows that go in at once. */
    static final int STEP = 4;
    /** The number of rows after which the carries must be added. */
    static final int GROUP = 4 * STEP;

    private static final int PLANES = 8;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;

    private final EventCounts.RangeCounts counts;
    private final int size; // of a tile, in words
    private final long[] planes; // (PLANES, size)
    private final long[] carries; // (STEP, size)
    private final byte[] spread = new byte[Long.SIZE];

    /**
     * Makes a counter that adds into {@code counts}.
     *
     * @param vectors
     *            the number of vectors of a tile
     * @param counts
     *            the counts of a range of examples
     */
    BitSlicedCounter(int vectors, EventCounts.RangeCounts counts) {
        this.counts = counts;
        size = vectors * LANES;
        planes = new long[PLANES * size];
        carries = new long[STEP * size];
    }

    /**
     * Adds eight rows of events.
     *
     * @param events
     *            (8, a tile's size): the rows, as words
     * @param step
     *            the place of the rows in their group: 0 for the first eight, 2 for the others
     * @param vectors
     *            the number of vectors of the tile that are used
     */
    void add(long[] events, int step, int vectors) {
        int first = step * STEP * size;
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector a = LongVector.fromArray(WORDS, events, first + at);
            LongVector b = LongVector.fromArray(WORDS, events, first + size + at);
            LongVector c = LongVector.fromArray(WORDS, events, first + 2 * size + at);
            LongVector d = LongVector.fromArray(WORDS, events, first + 3 * size + at);
            LongVector ones = LongVector.fromArray(WORDS, planes, at);
            LongVector twos = LongVector.fromArray(WORDS, planes, size + at);
            LongVector half = xor(a, b);
            LongVector twoA = carry(a, b, half, ones);
            ones = xor(ones, half);
            half = xor(c, d);
            LongVector twoB = carry(c, d, half, ones);
            ones = xor(ones, half);
            half = xor(twoA, twoB);
            carry(twoA, twoB, half, twos).intoArray(carries, step * size + at);
            twos = xor(twos, half);
            a = LongVector.fromArray(WORDS, events, first + 4 * size + at);
            b = LongVector.fromArray(WORDS, events, first + 5 * size + at);
            c = LongVector.fromArray(WORDS, events, first + 6 * size + at);
            d = LongVector.fromArray(WORDS, events, first + 7 * size + at);
            half = xor(a, b);
            twoA = carry(a, b, half, ones);
            ones = xor(ones, half);
            half = xor(c, d);
            twoB = carry(c, d, half, ones);
            xor(ones, half).intoArray(planes, at);
            half = xor(twoA, twoB);
            carry(twoA, twoB, half, twos).intoArray(carries, (step + 1) * size + at);
            xor(twos, half).intoArray(planes, size + at);
        }
    }

    /**
     * Adds the changes, from right to wrong or back, of four rows in which every example was seen. It does the same as
     * {@link #add}, without a buffer between deriving and adding.
     *
     * @param table
     *            the planes
     * @param row
     *            the first row
     * @param word
     *            the first word of the tile
     * @param last
     *            (a tile's size): before, the examples that were right in the row before; after, those in the last of
     *            the four
     * @param step
     *            the place of the rows in their group, {@code [0, }{@value #STEP}{@code )}
     * @param vectors
     *            the number of vectors of the tile that are used
     */
    void addChangesOfFullRows(PlaneTable table, int row, int word, long[] last, int step, int vectors) {
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector before = LongVector.fromArray(WORDS, last, at);
            LongVector right = correct(table, row, word + at);
            LongVector a = before.lanewise(VectorOperators.XOR, right);
            before = correct(table, row + 1, word + at);
            LongVector b = right.lanewise(VectorOperators.XOR, before);
            right = correct(table, row + 2, word + at);
            LongVector c = before.lanewise(VectorOperators.XOR, right);
            before = correct(table, row + 3, word + at);
            LongVector d = right.lanewise(VectorOperators.XOR, before);
            before.intoArray(last, at);
            LongVector ones = LongVector.fromArray(WORDS, planes, at);
            LongVector twos = LongVector.fromArray(WORDS, planes, size + at);
            LongVector half = a.lanewise(VectorOperators.XOR, b);
            LongVector twoA = a.and(b).or(half.and(ones));
            ones = ones.lanewise(VectorOperators.XOR, half);
            half = c.lanewise(VectorOperators.XOR, d);
            LongVector twoB = c.and(d).or(half.and(ones));
            ones.lanewise(VectorOperators.XOR, half).intoArray(planes, at);
            half = twoA.lanewise(VectorOperators.XOR, twoB);
            twoA.and(twoB).or(half.and(twos)).intoArray(carries, step * size + at);
            twos.lanewise(VectorOperators.XOR, half).intoArray(planes, size + at);
        }
    }

    /** Adds the carries of a group's first {@code steps} steps. */
    void addCarries(int steps, int vectors) {
        Arrays.fill(carries, steps * size, STEP * size, 0);
        for (int at = 0; at < vectors * LANES; at += LANES) {
            LongVector a = LongVector.fromArray(WORDS, carries, at);
            LongVector b = LongVector.fromArray(WORDS, carries, size + at);
            LongVector c = LongVector.fromArray(WORDS, carries, 2 * size + at);
            LongVector d = LongVector.fromArray(WORDS, carries, 3 * size + at);
            LongVector fours = LongVector.fromArray(WORDS, planes, 2 * size + at);
            LongVector eights = LongVector.fromArray(WORDS, planes, 3 * size + at);
            LongVector half = xor(a, b);
            LongVector eightA = carry(a, b, half, fours);
            fours = xor(fours, half);
            half = xor(c, d);
            LongVector eightB = carry(c, d, half, fours);
            xor(fours, half).intoArray(planes, 2 * size + at);
            half = xor(eightA, eightB);
            LongVector carry = carry(eightA, eightB, half, eights);
            xor(eights, half).intoArray(planes, 3 * size + at);
            LongVector plane = LongVector.fromArray(WORDS, planes, 4 * size + at);
            xor(plane, carry).intoArray(planes, 4 * size + at);
            carry = plane.and(carry);
            plane = LongVector.fromArray(WORDS, planes, 5 * size + at);
            xor(plane, carry).intoArray(planes, 5 * size + at);
            carry = plane.and(carry);
            plane = LongVector.fromArray(WORDS, planes, 6 * size + at);
            xor(plane, carry).intoArray(planes, 6 * size + at);
            carry = plane.and(carry);
            plane = LongVector.fromArray(WORDS, planes, 7 * size + at);
            xor(plane, carry).intoArray(planes, 7 * size + at);
        }
    }

    /**
     * Adds the counts of a tile's first vectors to those of the range, and starts at 0 again.
     *
     * @param vectors
     *            the number of vectors of the tile that are used
     * @param example
     *            the example of the tile's first bit, counted from the range's first
     */
    void spread(int vectors, int example) {
        for (int word = 0; word < vectors * LANES; word++) {
            int first = example + word * Long.SIZE;
            if (first < counts.examples()) {
                spread(word, first, Math.min(Long.SIZE, counts.examples() - first));
            }
        }
        Arrays.fill(planes, 0);
    }

    /** Halves the counts of a tile's first vectors, rounding down. */
    void halve(int vectors) {
        for (int plane = 1; plane < PLANES; plane++) {
            System.arraycopy(planes, plane * size, planes, (plane - 1) * size, vectors * LANES);
        }
        Arrays.fill(planes, (PLANES - 1) * size, PLANES * size, 0);
    }

    /** Adds one word's counts to those of examples {@code [first, first + count)}. */
    private void spread(int word, int first, int count) {
        if (counts.inBytes() && count == Long.SIZE) {
            intoBytes(word, counts.bytes(), first); // all counts were 0 before
            return;
        }
        intoBytes(word, spread, 0);
        for (int i = 0; i < count; i++) {
            if (counts.inBytes()) {
                counts.bytes()[first + i] = spread[i];
            } else {
                counts.ints()[first + i] += Byte.toUnsignedInt(spread[i]);
            }
        }
    }

    private void intoBytes(int word, byte[] to, int first) {
        for (int i = 0; i < Long.SIZE; i += BYTES.length()) {
            ByteVector sum = ByteVector.zero(BYTES);
            for (int plane = 0; plane < PLANES; plane++) {
                VectorMask<Byte> bits = VectorMask.fromLong(BYTES, planes[plane * size + word] >>> i);
                sum = sum.add((byte) (1 << plane), bits);
            }
            sum.intoArray(to, first + i);
        }
    }

    /** Returns the carry of a full adder, {@code half} being {@code a ^ b}; its sum is {@code half ^ c}. */
    private static LongVector carry(LongVector a, LongVector b, LongVector half, LongVector c) {
        return a.and(b).or(half.and(c));
    }

    private static LongVector xor(LongVector a, LongVector b) {
        return a.lanewise(VectorOperators.XOR, b);
    }
}
