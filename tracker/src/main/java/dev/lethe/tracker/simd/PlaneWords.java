package dev.lethe.tracker.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.lethe.tracker.plane.PlaneTable;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A vector of words of a plane: one bit an example. */
final class PlaneWords {
    static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    static final int LANES = WORDS.length();

    private PlaneWords() {}

    /** Vectors that hold so many examples. */
    static int vectors(int examples) {
        return Math.ceilDiv(examples, LANES * Long.SIZE);
    }

    /** Presented in the row; where every example was, padding counts as presented. */
    static LongVector seen(PlaneTable planes, int row, int word) {
        if (planes.everySeen()[row] != 0) {
            return LongVector.broadcast(WORDS, -1L);
        }
        return LongVector.fromMemorySegment(WORDS, planes.memory(), planes.seenWord(row, word), LITTLE_ENDIAN);
    }

    /** The <em>correct</em> plane. */
    static LongVector correct(PlaneTable planes, int row, int word) {
        return LongVector.fromMemorySegment(WORDS, planes.memory(), planes.correctWord(row, word), LITTLE_ENDIAN);
    }

    /** Presented and predicted right. */
    static LongVector right(PlaneTable planes, int row, int word, LongVector seen) {
        return correct(planes, row, word).and(seen);
    }

    static LongVector andNot(LongVector a, LongVector b) {
        return a.lanewise(VectorOperators.AND_NOT, b);
    }
}
