package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * A pass of max pooling over (N, H, W, C) with windows side by side (stride = window, no padding), joined with ReLU. It
 * keeps no index of the maximum: the backward pass finds it by comparing the input with the output, which costs one
 * more read and saves writing and reading indices. Confined to one thread: it holds scratch memory.
 */
public final class TilePoolPass {
    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final int window;
    private final int channels;
    private final int outputHeight;
    private final int outputWidth;
    private final int inputHeight;
    private final int inputWidth;
    private final long inputRowFloats;
    private final int unmasked; // so many pixels of a row can be read and written as whole vectors
    private final int lastVector; // the channel at which the last vector of a pixel begins
    private final float floor; // no output is less
    private final long[] taps; // byte offsets of the inputs of a window, row by row
    private final float[] row; // (window-wide columns, channels), and a vector to spare

    /**
     * Makes a pass over images of one size.
     *
     * @param input (N, H, W, C); N is not used
     * @param elements type of input, output and their gradients
     */
    public TilePoolPass(PoolSpec spec, Shape input, Activation activation, DType elements) {
        if (!accepts(spec)) {
            throw new IllegalArgumentException("windows of " + spec + " are not side by side");
        }
        bfloat16 = Elements.isBFloat16(elements);
        size = Elements.bytes(bfloat16);
        window = spec.window();
        inputHeight = input.dim(1);
        inputWidth = input.dim(2);
        channels = input.dim(3);
        outputHeight = spec.outputSide(inputHeight);
        outputWidth = spec.outputSide(inputWidth);
        inputRowFloats = (long) inputWidth * channels;
        floor = activation == Activation.RELU ? 0 : Float.NEGATIVE_INFINITY;
        taps = new long[window * window];
        for (int tap = 0; tap < taps.length; tap++) {
            taps[tap] = (tap / window * inputRowFloats + (long) (tap % window) * channels) * size;
        }
        int spill = (channels - 1) / LANES * LANES + LANES - channels;
        unmasked = Math.max(0, outputWidth - (spill + channels - 1) / channels);
        lastVector = (channels - 1) / LANES * LANES;
        row = new float[inputWidth * channels + LANES];
    }

    /** Tells whether the windows stand side by side without padding. */
    public static boolean accepts(PoolSpec spec) {
        return spec.stride() == spec.window() && spec.padding() == 0;
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
        long inputRow = inputWidth * channels * size;
        long outputRow = outputWidth * channels * size;
        for (int n = 0; n < count; n++) {
            for (int p = 0; p < outputHeight; p++) {
                long from = input + ((long) n * inputHeight + (long) p * window) * inputRow;
                maxOfRows(memory, from);
                maxOfColumns(memory, output + ((long) n * outputHeight + p) * outputRow);
            }
        }
    }

    /** Writes to {@code row} the maximum over the rows of the windows for every column, in whole vectors. */
    private void maxOfRows(MemorySegment memory, long from) {
        boolean bfloat16 = this.bfloat16;
        int floats = outputWidth * window * channels;
        int i = 0;
        for (; i + LANES <= floats; i += LANES) {
            FloatVector max = FloatVector.broadcast(SPECIES, floor);
            for (int r = 0; r < window; r++) {
                max = max.max(Elements.load(bfloat16, memory, from + (r * inputRowFloats + i) * size));
            }
            max.intoArray(row, i);
        }
        for (; i < floats; i++) {
            float max = floor;
            for (int r = 0; r < window; r++) {
                max = Math.max(max, Elements.get(bfloat16, memory, from + (r * inputRowFloats + i) * size));
            }
            row[i] = max;
        }
    }

    /**
     * Stores whole vectors, also if a pixel has fewer channels: the next pixels overwrite the excess. Near the end of a
     * row, where the excess would do harm, it stores channel by channel.
     */
    private void maxOfColumns(MemorySegment memory, long to) {
        for (int q = 0; q < unmasked; q++) {
            for (int c = 0; c < channels; c += LANES) {
                maxOfPixels(memory, q * window * channels + c, to + (q * channels + c) * size);
            }
        }
        for (int q = unmasked; q < outputWidth; q++) {
            for (int c = 0; c < channels; c++) {
                int from = q * window * channels + c;
                float max = row[from];
                for (int s = 1; s < window; s++) {
                    max = Math.max(max, row[from + s * channels]);
                }
                Elements.set(bfloat16, memory, to + (q * channels + c) * size, max);
            }
        }
    }

    private void maxOfPixels(MemorySegment memory, int from, long to) {
        boolean bfloat16 = this.bfloat16;
        FloatVector max = FloatVector.fromArray(SPECIES, row, from);
        for (int s = 1; s < window; s++) {
            max = max.max(FloatVector.fromArray(SPECIES, row, from + s * channels));
        }
        Elements.store(bfloat16, max, memory, to);
    }

    /**
     * Computes the gradient of {@link #forward}; offsets are in bytes.
     *
     * @param memory memory of all four tensors
     * @param input place of the input of the forward pass
     * @param output place of the output of the forward pass
     * @param outputGradient place of (count, P, Q, C)
     * @param inputGradient place of (count, H, W, C)
     * @param count number of images
     */
    public void backward(MemorySegment memory, long input, long output, long outputGradient, long inputGradient,
            int count) {
        if (outputHeight * window != inputHeight || outputWidth * window != inputWidth) {
            NativeMemory.clear(memory, inputGradient, count * inputHeight * inputRowFloats * size);
        }
        long outputRow = (long) outputWidth * channels * size;
        long at = 0;
        for (int n = 0; n < count; n++) {
            for (int p = 0; p < outputHeight; p++) {
                long tile = ((long) n * inputHeight + (long) p * window) * inputRowFloats * size;
                for (int r = 0; r < window; r++) {
                    spreadRow(memory, r, input + tile, output + at, outputGradient + at, inputGradient + tile);
                }
                at += outputRow;
            }
        }
    }

    /** Writes one row of the input's gradient, from left to right as {@link #maxOfColumns} does. */
    private void spreadRow(MemorySegment memory, int r, long input, long output, long outputGradient,
            long inputGradient) {
        for (int q = 0; q < unmasked; q++) {
            for (int c = lastVector; c >= 0; c -= LANES) { // from right to left: what spills over is yet to be written
                long to = (q * channels + c) * size;
                long from = (q * window * channels + c) * size;
                spreadVector(memory, r, input + from, output + to, outputGradient + to, inputGradient + from);
            }
        }
        for (int q = unmasked; q < outputWidth; q++) {
            for (int c = 0; c < channels; c++) {
                long to = (q * channels + c) * size;
                long from = (q * window * channels + c) * size;
                spreadOne(memory, r, input + from, output + to, outputGradient + to, inputGradient + from);
            }
        }
    }

    private void spreadVector(MemorySegment memory, int r, long input, long output, long outputGradient,
            long inputGradient) {
        boolean bfloat16 = this.bfloat16;
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector y = Elements.load(bfloat16, memory, output);
        FloatVector left = Elements.load(bfloat16, memory, outputGradient);
        left = zero.blend(left, y.compare(VectorOperators.GT, floor)); // what ReLU cut off gets nothing
        for (int tap = 0; tap < r * window; tap++) { // what earlier rows have won
            left = left.blend(zero, Elements.load(bfloat16, memory, input + taps[tap]).eq(y));
        }
        for (int tap = r * window; tap < (r + 1) * window; tap++) {
            VectorMask<Float> winner = Elements.load(bfloat16, memory, input + taps[tap]).eq(y);
            Elements.store(bfloat16, zero.blend(left, winner), memory, inputGradient + taps[tap]);
            left = left.blend(zero, winner);
        }
    }

    /** Writes the gradient of one channel. */
    private void spreadOne(MemorySegment memory, int r, long input, long output, long outputGradient,
            long inputGradient) {
        float y = Elements.get(bfloat16, memory, output);
        float left = y > floor ? Elements.get(bfloat16, memory, outputGradient) : 0;
        for (int tap = 0; tap < (r + 1) * window; tap++) {
            float won = Elements.get(bfloat16, memory, input + taps[tap]) == y ? left : 0;
            if (tap >= r * window) {
                Elements.set(bfloat16, memory, inputGradient + taps[tap], won);
            }
            left -= won; // all of it or nothing
        }
    }
}
