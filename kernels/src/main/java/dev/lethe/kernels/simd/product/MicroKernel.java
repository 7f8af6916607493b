package dev.lethe.kernels.simd.product;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.lethe.kernels.simd.Panels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel of matrix products: {@value #ROWS} rows of the left matrix times one panel of the right one
 * ({@link Panels}), with all sums in registers. The left matrix is never packed: its elements are broadcast from where
 * they stand, along {@code runs} of factors, each of which tells where the rows begin. One kernel thus serves
 * convolutions, whose runs are the channels of a tap, products of transposed matrices, and plain ones.
 *
 * <p>One loop for every width, with a counter where one would nest: the JIT keeps vectors in registers across one loop
 * as long as everything is inlined into it. Twelve rows of two vectors are already too much for it.
 */
final class MicroKernel {
    /** The number of rows of the left matrix. */
    static final int ROWS = 6;
    /**
     * The number of integers that describe a run: the byte at which each row begins, and the first row of the panel.
     */
    static final int RUN = ROWS + 1;

    static final long VECTOR = LANES * BYTES;

    private MicroKernel() {}

    /** Makes an array for descriptions of runs; the kernel reads one beyond the last, and ignores it. */
    static long[] runs(int count) {
        return new long[(count + 1) * RUN];
    }

    /** Makes an array for the sums: (row, column of the panel). */
    static float[] sums() {
        return new float[ROWS * Panels.MOST_VECTORS * LANES];
    }

    /** Loads a vector of a panel. */
    static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER);
    }

    /** Broadcasts a float of the left matrix, by an access that does not check its alignment every time. */
    static FloatVector broadcast(MemorySegment memory, long at) {
        return FloatVector.broadcast(SPECIES, memory.get(JAVA_FLOAT_UNALIGNED, at));
    }

    /**
     * Computes {@code sums[row][column] = sum over k of left[row][k] * panel[k][column]}.
     *
     * @param vectors number of vectors in a row of the panel, 1 to {@link Panels#MOST_VECTORS}
     * @param memory memory of the left matrix
     * @param start bytes to add to where rows begin
     * @param runs descriptions of runs, {@link #RUN} numbers each
     * @param first index of the first number of the first run
     * @param count number of runs; without any, sums are zeros
     * @param length number of factors of each run
     * @param step bytes from a factor of a row to the next
     * @param matrix memory of the panel
     * @param panel bytes before its row 0
     * @param sums (row, column of the panel): receives the results without gaps for every width
     */
    static void multiply(int vectors, MemorySegment memory, long start, long[] runs, int first, int count, int length,
            long step, MemorySegment matrix, long panel, float[] sums) {
        switch (vectors) {
            case 4 -> WideMicroKernel.four(memory, start, runs, first, count, length, step, matrix, panel, sums);
            case 3 -> WideMicroKernel.three(memory, start, runs, first, count, length, step, matrix, panel, sums);
            case 2 -> NarrowMicroKernel.two(memory, start, runs, first, count, length, step, matrix, panel, sums);
            case 1 -> NarrowMicroKernel.one(memory, start, runs, first, count, length, step, matrix, panel, sums);
            default -> throw new IllegalArgumentException("no kernel for panels of vectors=" + vectors);
        }
    }
}
