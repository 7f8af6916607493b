package dev.lethe.kernels.simd.winograd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.simd.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** A transform of Winograd's convolution along both dimensions, for one vector of channels of one tile at a time. */
final class WinogradTransform {
    static final long VECTOR = LANES * BYTES;

    private final WinogradLine columns;
    private final WinogradLine rows;
    private final MemorySegment scratch; // (outputs, inputs) vectors from byte middle on
    private final long middle; // (outputs, inputs) vectors: columns done, rows not
    private final long[] middleRow; // (inputs): bytes at which the vectors of its first row begin

    /**
     * Makes a transform.
     *
     * @param m outputs of a tile's side: 2 or 4
     * @param middle byte of the scratch memory from which on {@link #scratchBytes} are its own
     */
    WinogradTransform(WinogradLine.Kind kind, int m, MemorySegment scratch, long middle) {
        columns = WinogradLine.of(kind, m);
        rows = WinogradLine.of(kind, m);
        this.scratch = NativeMemory.of(scratch);
        this.middle = middle;
        middleRow = new long[rows.inputs()];
        for (int k = 0; k < middleRow.length; k++) {
            middleRow[k] = middle + k * VECTOR;
        }
    }

    /** Returns the bytes of scratch memory that a transform needs. */
    static long scratchBytes(int m) {
        return (m + 2) * (m + 2) * VECTOR;
    }

    /** Returns the values of a side before the transform. */
    int inputs() {
        return columns.inputs();
    }

    /** Returns the values of a side after the transform. */
    int outputs() {
        return rows.outputs();
    }

    /**
     * Transforms a vector of channels of one tile.
     *
     * @param from (rows): bytes at which the values of column 0 stand
     * @param fromColumn bytes from a column to the next
     * @param firstColumn first column that is read, at {@code from}; those before it are zeros
     * @param endColumn columns from it on are zeros
     * @param to place of row 0, column 0 of the result
     * @param toRow bytes from a row to the next
     * @param toColumn bytes from a column to the next
     */
    void run(MemorySegment source, long[] from, long fromColumn, int firstColumn, int endColumn, MemorySegment target,
            long to, long toRow, long toColumn) {
        long middleStep = columns.inputs() * VECTOR;
        columns.run(source, from, fromColumn, scratch, middle + firstColumn * VECTOR, VECTOR, middleStep,
                endColumn - firstColumn);
        if (endColumn - firstColumn < columns.inputs()) {
            clear(0, firstColumn);
            clear(endColumn, columns.inputs());
        }
        rows.run(scratch, middleRow, middleStep, target, to, toRow, toColumn, columns.outputs());
    }

    private void clear(int firstColumn, int endColumn) {
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int k = 0; k < columns.outputs(); k++) {
            for (int j = firstColumn; j < endColumn; j++) {
                zero.intoMemorySegment(scratch, middle + ((long) k * columns.inputs() + j) * VECTOR, ORDER);
            }
        }
    }
}
