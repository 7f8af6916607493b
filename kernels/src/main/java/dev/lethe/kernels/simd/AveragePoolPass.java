package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * A pass that takes means over windows of (N, H, W, C), in which the padding counts as zeros. In both directions each
 * pixel that is written is a sum, in floats, over a block of pixels: forward over a window of inputs, backward over the
 * outputs whose windows contain the input. Stateless.
 */
public final class AveragePoolPass {
    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final PoolSpec spec;
    private final int inputHeight;
    private final int inputWidth;
    private final int outputHeight;
    private final int outputWidth;
    private final int channels;
    private final float share; // of an input in a mean

    /**
     * Makes a pass over images of one size.
     *
     * @param input (N, H, W, C); N is not used
     * @param elements type of input, output and their gradients
     */
    public AveragePoolPass(PoolSpec spec, Shape input, DType elements) {
        this.spec = spec;
        bfloat16 = Elements.isBFloat16(elements);
        size = Elements.bytes(bfloat16);
        inputHeight = input.dim(1);
        inputWidth = input.dim(2);
        outputHeight = spec.outputSide(inputHeight);
        outputWidth = spec.outputSide(inputWidth);
        channels = input.dim(3);
        share = 1f / (spec.window() * spec.window());
    }

    /**
     * Pools {@code count} images; offsets are in bytes.
     *
     * @param memory memory of input and output
     * @param input place of (count, H, W, C)
     * @param output place of (count, P, Q, C)
     * @param count number of images
     */
    public void forward(MemorySegment memory, long input, long output, int count) {
        long to = output;
        for (int n = 0; n < count; n++) {
            long image = input + (long) n * inputHeight * inputWidth * channels * size;
            for (int p = 0; p < outputHeight; p++) {
                int top = p * spec.stride() - spec.padding();
                for (int q = 0; q < outputWidth; q++) {
                    int left = q * spec.stride() - spec.padding();
                    sum(memory, image, inputWidth, Math.max(0, top), Math.min(inputHeight, top + spec.window()),
                            Math.max(0, left), Math.min(inputWidth, left + spec.window()), to);
                    to += channels * size;
                }
            }
        }
    }

    /**
     * Computes the gradient of {@link #forward}; offsets are in bytes.
     *
     * @param memory memory of both gradients
     * @param outputGradient place of (count, P, Q, C)
     * @param inputGradient place of (count, H, W, C)
     * @param count number of images
     */
    public void backward(MemorySegment memory, long outputGradient, long inputGradient, int count) {
        long to = inputGradient;
        for (int n = 0; n < count; n++) {
            long image = outputGradient + (long) n * outputHeight * outputWidth * channels * size;
            for (int r = 0; r < inputHeight; r++) {
                for (int s = 0; s < inputWidth; s++) {
                    sum(memory, image, outputWidth, firstWindow(r), endOfWindows(r, outputHeight), firstWindow(s),
                            endOfWindows(s, outputWidth), to);
                    to += channels * size;
                }
            }
        }
    }

    /** Returns the first window that contains a row or column, if any does. */
    private int firstWindow(int at) {
        return Math.max(0, Math.ceilDiv(at + spec.padding() - spec.window() + 1, spec.stride()));
    }

    /** Returns the number of the last window that contains a row or column, plus 1. */
    private int endOfWindows(int at, int windows) {
        return Math.min(windows, (at + spec.padding()) / spec.stride() + 1);
    }

    /**
     * Writes the sum of a block of pixels times the share of an input in a mean.
     *
     * @param columns columns of the image that is read
     */
    private void sum(MemorySegment memory, long image, int columns, int top, int bottom, int left, int right,
            long to) {
        boolean bfloat16 = this.bfloat16;
        int c = 0;
        for (; c + LANES <= channels; c += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    sum = sum.add(Elements.load(bfloat16, memory,
                            image + (((long) row * columns + column) * channels + c) * size));
                }
            }
            Elements.store(bfloat16, sum.mul(share), memory, to + c * size);
        }
        for (; c < channels; c++) {
            float sum = 0;
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    sum += Elements.get(bfloat16, memory,
                            image + (((long) row * columns + column) * channels + c) * size);
                }
            }
            Elements.set(bfloat16, memory, to + c * size, sum * share);
        }
    }
}
