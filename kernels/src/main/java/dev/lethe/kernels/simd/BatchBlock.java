package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;

/**
 * The batch-last layout: the examples stand in blocks of two vectors, in which the example is the innermost dimension:
 * (block, H, W, C, {@link #EXAMPLES}). Every operation on few channels then fills all lanes, where channels-last would
 * leave those of 10 or 20 channels partly empty. The last block is padded with lanes whose inputs and gradients are
 * zero.
 */
public final class BatchBlock {
    /** Examples of a block. */
    public static final int EXAMPLES = 2 * LANES;
    /** Bytes from one element of an example to the next. */
    public static final long ELEMENT = EXAMPLES * BYTES;
    /** Bytes from the first vector of an element to the second. */
    public static final long SECOND = LANES * BYTES;

    private BatchBlock() {}

    /** Returns the number of blocks that hold a number of examples. */
    public static int count(int examples) {
        return (examples + EXAMPLES - 1) / EXAMPLES;
    }

    /** Returns the bytes of an activation of a number of examples. */
    public static long bytes(long elementsPerExample, int examples) {
        return elementsPerExample * count(examples) * ELEMENT;
    }
}
