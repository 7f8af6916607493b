package dev.lethe.tracker.interchange;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The bytes of an array's elements in the order of a file, which may be read again and again. */
interface ElementBytes extends Closeable {
    /** The most bytes of a piece, unless one element has more. */
    int PIECE = 1 << 16;

    /** A receiver of pieces of an array, one after the other. */
    @FunctionalInterface
    interface Pieces {
        /**
         * Takes the next piece.
         *
         * @param offset
         *            the number of bytes before it
         * @param piece
         *            whole elements, valid until this returns
         */
        void take(long offset, MemorySegment piece) throws IOException;
    }

    /**
     * Passes all bytes on.
     *
     * @param elementBytes
     *            the number of bytes of an element, which no piece divides
     * @param pieces
     *            takes them
     */
    void forEachPiece(int elementBytes, Pieces pieces) throws IOException;

    /** Copies all bytes. */
    default void readInto(MemorySegment target) throws IOException {
        forEachPiece(1, (offset, piece) -> MemorySegment.copy(piece, 0, target, offset, piece.byteSize()));
    }

    /** Returns the number of bytes of a piece of whole elements. */
    static int pieceBytes(int elementBytes) {
        return Math.max(1, PIECE / elementBytes) * elementBytes;
    }
}
