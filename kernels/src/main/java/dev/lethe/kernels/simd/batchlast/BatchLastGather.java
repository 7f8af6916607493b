package dev.lethe.kernels.simd.batchlast;

import static dev.lethe.kernels.simd.BatchBlock.ELEMENT;
import static dev.lethe.kernels.simd.BatchBlock.EXAMPLES;
import static dev.lethe.kernels.simd.Floats.BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * A pass that copies images of a batch from bytes to normalised floats in the batch-last layout of {@link BatchBlock}.
 */
public final class BatchLastGather {
    /** The number of elements that are transposed at a time: their 8 KiB stay in the first cache. */
    private static final int TILE = 64;

    private final float[] scale; // (channels)
    private final float[] shift; // (channels)
    private final int pixels;

    /**
     * Makes a pass over images of one size.
     *
     * @param pixels bytes of an image: H * W * C
     */
    public BatchLastGather(Normalization normalization, int pixels) {
        this.pixels = pixels;
        scale = new float[normalization.channels()];
        shift = new float[normalization.channels()];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = normalization.scale(c);
            shift[c] = normalization.shift(c);
        }
    }

    /**
     * Gathers {@code count} images; lanes without an example become zero.
     *
     * @param images (examples, H, W, C) bytes
     * @param order (presentations) int32: the example of each presentation
     * @param first number of the first presentation
     * @param output receives blocks of (H, W, C, {@link BatchBlock#EXAMPLES}) floats from byte {@code at} on
     */
    public void run(MemorySegment images, MemorySegment order, long first, int count, MemorySegment output, long at) {
        int blocks = BatchBlock.count(count);
        for (int block = 0; block < blocks; block++) {
            long to = at + block * pixels * ELEMENT;
            int live = Math.min(EXAMPLES, count - block * EXAMPLES);
            if (live < EXAMPLES) {
                NativeMemory.clear(output, to, pixels * ELEMENT);
            }
            for (int tile = 0; tile < pixels; tile += TILE) {
                int end = Math.min(pixels, tile + TILE);
                for (int lane = 0; lane < live; lane++) {
                    long image = (long) order.getAtIndex(JAVA_INT, first + (long) block * EXAMPLES + lane) * pixels;
                    turn(images, image, tile, end, output, to + lane * BYTES);
                }
            }
        }
    }

    private void turn(MemorySegment images, long image, int from, int end, MemorySegment memory, long to) {
        MemorySegment output = NativeMemory.of(memory);
        if (scale.length == 1) {
            float factor = scale[0];
            float offset = shift[0];
            for (int i = from; i < end; i++) {
                float pixel = images.get(JAVA_BYTE, image + i) & 0xFF;
                output.set(JAVA_FLOAT, to + i * ELEMENT, Math.fma(pixel, factor, offset));
            }
            return;
        }
        for (int i = from; i < end; i++) {
            int channel = i % scale.length;
            float pixel = images.get(JAVA_BYTE, image + i) & 0xFF;
            output.set(JAVA_FLOAT, to + i * ELEMENT, Math.fma(pixel, scale[channel], shift[channel]));
        }
    }
}
