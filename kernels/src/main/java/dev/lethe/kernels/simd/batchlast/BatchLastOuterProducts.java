package dev.lethe.kernels.simd.batchlast;

import static dev.lethe.kernels.simd.BatchBlock.ELEMENT;
import static dev.lethe.kernels.simd.BatchBlock.SECOND;
import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.simd.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of gradients of weights in the batch-last layout: sums over pixels and examples of inputs times
 * output gradients, for five inputs and five outputs at a time in registers; at the end the lanes, which are examples,
 * are added. Pixels stand in blocks of rows of columns; strides are in bytes.
 */
final class BatchLastOuterProducts {
    /** The number of inputs, and of outputs, of one block. */
    static final int SIDE = 5;

    private BatchLastOuterProducts() {}

    private static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER);
    }

    private static void store(MemorySegment gradient, long at, FloatVector sum) {
        NativeMemory.of(gradient).set(JAVA_FLOAT, at, BatchLastProducts.sumOfLanes(sum));
    }

    /**
     * The pixels that a sum runs over.
     *
     * @param blocks number of blocks of examples
     * @param rows number of rows of pixels in a block
     * @param columns number of pixels in a row
     * @param inputBlock bytes from one block of inputs to the next
     * @param inputRow bytes from one row of inputs to the next
     * @param inputColumn bytes from one input pixel to the next
     * @param outputBlock bytes from one block of output gradients to the next
     * @param outputRow bytes from one row of output gradients to the next
     * @param outputColumn bytes from one output pixel to the next
     */
    record Pixels(int blocks, int rows, int columns, long inputBlock, long inputRow, long inputColumn, long outputBlock,
            long outputRow, long outputColumn) {}

    /**
     * Computes the sums of five neighbouring inputs times five neighbouring outputs.
     *
     * @param stride bytes from one row of the result to the next
     * @param sums scratch memory for {@link #SIDE} squared vectors
     */
    static void fiveByFive(MemorySegment memory, long input, long output, Pixels pixels, MemorySegment gradient,
            long to,
            long stride, float[] sums) {
        MemorySegment source = NativeMemory.of(memory);
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s04 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s12 = s00;
        FloatVector s13 = s00;
        FloatVector s14 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s22 = s00;
        FloatVector s23 = s00;
        FloatVector s24 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        FloatVector s32 = s00;
        FloatVector s33 = s00;
        FloatVector s34 = s00;
        FloatVector s40 = s00;
        FloatVector s41 = s00;
        FloatVector s42 = s00;
        FloatVector s43 = s00;
        FloatVector s44 = s00;
        long x = input;
        long y = output;
        int leftInRow = 2 * pixels.columns;
        int leftInBlock = pixels.rows;
        for (int left = 2 * pixels.columns * pixels.rows * pixels.blocks; left > 0; left--) {
            FloatVector g0 = load(source, y);
            FloatVector g1 = load(source, y + ELEMENT);
            FloatVector g2 = load(source, y + 2 * ELEMENT);
            FloatVector g3 = load(source, y + 3 * ELEMENT);
            FloatVector g4 = load(source, y + 4 * ELEMENT);
            FloatVector v = load(source, x);
            s00 = v.fma(g0, s00);
            s01 = v.fma(g1, s01);
            s02 = v.fma(g2, s02);
            s03 = v.fma(g3, s03);
            s04 = v.fma(g4, s04);
            v = load(source, x + ELEMENT);
            s10 = v.fma(g0, s10);
            s11 = v.fma(g1, s11);
            s12 = v.fma(g2, s12);
            s13 = v.fma(g3, s13);
            s14 = v.fma(g4, s14);
            v = load(source, x + 2 * ELEMENT);
            s20 = v.fma(g0, s20);
            s21 = v.fma(g1, s21);
            s22 = v.fma(g2, s22);
            s23 = v.fma(g3, s23);
            s24 = v.fma(g4, s24);
            v = load(source, x + 3 * ELEMENT);
            s30 = v.fma(g0, s30);
            s31 = v.fma(g1, s31);
            s32 = v.fma(g2, s32);
            s33 = v.fma(g3, s33);
            s34 = v.fma(g4, s34);
            v = load(source, x + 4 * ELEMENT);
            s40 = v.fma(g0, s40);
            s41 = v.fma(g1, s41);
            s42 = v.fma(g2, s42);
            s43 = v.fma(g3, s43);
            s44 = v.fma(g4, s44);
            boolean first = (leftInRow & 1) == 0; // then the second vector is next, and after that the next pixel
            x += first ? SECOND : pixels.inputColumn - SECOND;
            y += first ? SECOND : pixels.outputColumn - SECOND;
            if (--leftInRow == 0) {
                leftInRow = 2 * pixels.columns;
                x += pixels.inputRow - pixels.columns * pixels.inputColumn;
                y += pixels.outputRow - pixels.columns * pixels.outputColumn;
                if (--leftInBlock == 0) {
                    leftInBlock = pixels.rows;
                    x += pixels.inputBlock - pixels.rows * pixels.inputRow;
                    y += pixels.outputBlock - pixels.rows * pixels.outputRow;
                }
            }
        }
        s00.intoArray(sums, 0);
        s01.intoArray(sums, LANES);
        s02.intoArray(sums, 2 * LANES);
        s03.intoArray(sums, 3 * LANES);
        s04.intoArray(sums, 4 * LANES);
        s10.intoArray(sums, 5 * LANES);
        s11.intoArray(sums, 6 * LANES);
        s12.intoArray(sums, 7 * LANES);
        s13.intoArray(sums, 8 * LANES);
        s14.intoArray(sums, 9 * LANES);
        s20.intoArray(sums, 10 * LANES);
        s21.intoArray(sums, 11 * LANES);
        s22.intoArray(sums, 12 * LANES);
        s23.intoArray(sums, 13 * LANES);
        s24.intoArray(sums, 14 * LANES);
        s30.intoArray(sums, 15 * LANES);
        s31.intoArray(sums, 16 * LANES);
        s32.intoArray(sums, 17 * LANES);
        s33.intoArray(sums, 18 * LANES);
        s34.intoArray(sums, 19 * LANES);
        s40.intoArray(sums, 20 * LANES);
        s41.intoArray(sums, 21 * LANES);
        s42.intoArray(sums, 22 * LANES);
        s43.intoArray(sums, 23 * LANES);
        s44.intoArray(sums, 24 * LANES);
        addLanes(sums, gradient, to, stride);
    }

    /** Adds up the lanes. A separate method, since the JIT would not inline it together with the loop above. */
    private static void addLanes(float[] sums, MemorySegment gradient, long to, long stride) {
        for (int j = 0; j < SIDE; j++) {
            for (int k = 0; k < SIDE; k++) {
                store(gradient, to + j * stride + k * BYTES,
                        FloatVector.fromArray(SPECIES, sums, (j * SIDE + k) * LANES));
            }
        }
    }

    /** Computes the sum of one input times one output, for layers of fewer than five. */
    static void oneByOne(MemorySegment memory, long input, long output, Pixels pixels, MemorySegment gradient,
            long to) {
        MemorySegment source = NativeMemory.of(memory);
        FloatVector first = FloatVector.zero(SPECIES);
        FloatVector second = first;
        for (int block = 0; block < pixels.blocks; block++) {
            for (int row = 0; row < pixels.rows; row++) {
                long x = input + block * pixels.inputBlock + row * pixels.inputRow;
                long y = output + block * pixels.outputBlock + row * pixels.outputRow;
                for (int column = 0; column < pixels.columns; column++) {
                    first = load(source, x).fma(load(source, y), first);
                    second = load(source, x + SECOND).fma(load(source, y + SECOND), second);
                    x += pixels.inputColumn;
                    y += pixels.outputColumn;
                }
            }
        }
        store(gradient, to, first.add(second));
    }

    /** Computes the sum of one output over all pixels and examples, which is the gradient of a bias. */
    static void sum(MemorySegment memory, long output, Pixels pixels, MemorySegment gradient, long to) {
        MemorySegment source = NativeMemory.of(memory);
        FloatVector first = FloatVector.zero(SPECIES);
        FloatVector second = first;
        for (int block = 0; block < pixels.blocks; block++) {
            for (int row = 0; row < pixels.rows; row++) {
                long y = output + block * pixels.outputBlock + row * pixels.outputRow;
                for (int column = 0; column < pixels.columns; column++) {
                    first = first.add(load(source, y));
                    second = second.add(load(source, y + SECOND));
                    y += pixels.outputColumn;
                }
            }
        }
        store(gradient, to, first.add(second));
    }
}
