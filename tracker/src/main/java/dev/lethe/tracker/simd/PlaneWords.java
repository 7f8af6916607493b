package dev.lethe.tracker.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.lethe.tracker.table.PlaneTable;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of words of a plane, with one bit for each example. */
final class PlaneWords {
    static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    static final int LANES = WORDS.length();

    private PlaneWords() {}

    /** Returns the number of vectors that hold the bits of {@code examples} examples. */
    static int vectors(int examples) {
        return Math.ceilDiv(examples, LANES * Long.SIZE);
    }

    /** Returns the examples that were presented in the row; where every example was, padding counts as presented. */
    static LongVector seen(PlaneTable planes, int row, int word) {
        if (planes.everySeen()[row] != 0) {
            return LongVector.broadcast(WORDS, -1L);
        }
        return LongVector.fromMemorySegment(WORDS, planes.memory(), planes.seenWord(row, word), LITTLE_ENDIAN);
    }

    /** Returns a vector of the <em>correct</em> plane. */
    static LongVector correct(PlaneTable planes, int row, int word) {
        return LongVector.fromMemorySegment(WORDS, planes.memory(), planes.correctWord(row, word), LITTLE_ENDIAN);
    }

    /** Returns the examples that were presented and predicted right. */
    static LongVector right(PlaneTable planes, int row, int word, LongVector seen) {
        return correct(planes, row, word).and(seen);
    }

    static LongVector andNot(LongVector a, LongVector b) {
        return a.lanewise(VectorOperators.AND_NOT, b);
    }
}
