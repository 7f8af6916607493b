package dev.lethe.kernels.simd.batchlast;

import static dev.lethe.kernels.simd.BatchBlock.ELEMENT;
import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.batchlast.BatchLastOuterProducts.SIDE;
import static dev.lethe.kernels.simd.batchlast.BatchLastProducts.WIDTH;

import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.ConvolutionGeometry;
import dev.lethe.kernels.simd.Floats;
import dev.lethe.kernels.simd.ReluPass;
import dev.lethe.kernels.simd.Taps;
import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pass of convolution in the batch-last layout of {@link BatchBlock}; a linear layer is a convolution whose kernel is
 * the whole image. Weights are (row, column, input channel, output channel) for forward and for their gradient, (row,
 * column, output channel, input channel) for the gradient of the input. Allocates nothing once made; confined to one
 * thread: linear layers hold scratch memory. All offsets are in bytes.
 */
public final class BatchLastConvolution {
    /** The summands of the gradient of one tap, or of a row of taps; offsets are relative to the whole tensors. */
    private record TapSum(long input, long output, long gradient, int inputs, BatchLastOuterProducts.Pixels pixels) {}

    private final ConvolutionGeometry g;
    private final int blocks;
    private final TapSum[] tapSums;
    private final BatchLastOuterProducts.Pixels allPixels;
    private final float[] sums = new float[SIDE * SIDE * Floats.LANES]; // (SIDE, SIDE, LANES): products of a tile
    private final MemorySegment noBias; // (most channels) floats, all zero
    private final Optional<BatchLastLinearGradient> linear; // where the kernel is the whole image
    private final Taps forwardRows;
    private final Taps forwardColumns;
    private final Taps backwardRows;
    private final Taps backwardColumns;

    /**
     * Makes a pass.
     *
     * @param geometry sizes of the convolution
     * @param blocks number of blocks of examples
     */
    public BatchLastConvolution(ConvolutionGeometry geometry, int blocks) {
        if (geometry.groups() != 1) {
            throw new IllegalArgumentException("groups=" + geometry.groups() + ": batch-last kernels know one group");
        }
        g = geometry;
        this.blocks = blocks;
        forwardRows = Taps.forward(g.outputHeight(), g.inputHeight(), g.kernelHeight(), g.stride(), g.padding(),
                g.dilation());
        forwardColumns = Taps.forward(g.outputWidth(), g.inputWidth(), g.kernelWidth(), g.stride(), g.padding(),
                g.dilation());
        backwardRows = Taps.backward(g.outputHeight(), g.inputHeight(), g.kernelHeight(), g.stride(), g.padding(),
                g.dilation());
        backwardColumns = Taps.backward(g.outputWidth(), g.inputWidth(), g.kernelWidth(), g.stride(), g.padding(),
                g.dilation());
        tapSums = tapSums();
        noBias = Arena.ofAuto().allocate(Math.max(g.inputs(), g.outputs()) * BYTES, Long.BYTES);
        allPixels = pixels(g.outputHeight(), g.outputWidth());
        boolean wholeImage = g.padding() == 0 && g.kernelHeight() == g.inputHeight()
                && g.kernelWidth() == g.inputWidth();
        linear = wholeImage
                ? Optional.of(
                        new BatchLastLinearGradient(g.inputHeight() * g.inputWidth() * g.inputs(), g.outputs(), blocks))
                : Optional.empty();
    }

    /**
     * Computes {@code output = activation(convolution(input) + bias)}.
     *
     * @param memory memory of input and output
     * @param input place of (blocks, H, W, I, {@link BatchBlock#EXAMPLES})
     * @param output place of (blocks, P, Q, O, {@link BatchBlock#EXAMPLES})
     * @param weights (row, column, input channel, output channel) floats from byte {@code firstWeight} on
     * @param bias memory of the bias; {@link #noBias} for none
     * @param relu whether the activation is ReLU
     */
    public void forward(MemorySegment memory, long input, long output, MemorySegment weights, long firstWeight,
            MemorySegment bias, long firstBias, boolean relu) {
        products(memory, input, g.inputHeight(), g.inputWidth(), g.inputs(), output, g.outputs(), forwardRows,
                forwardColumns,
                weights, firstWeight, bias, firstBias);
        if (relu) { // not in the sum's loop, which is as large as the JIT can keep in registers
            long floats = blocks * (long) g.outputHeight() * g.outputWidth() * g.outputs() * BatchBlock.EXAMPLES;
            ReluPass.forward(DType.F32, memory, output, output, floats);
        }
    }

    /**
     * Computes the gradient of the input.
     *
     * @param memory memory of both gradients
     * @param outputGradient place of (blocks, P, Q, O, {@link BatchBlock#EXAMPLES})
     * @param inputGradient place of (blocks, H, W, I, {@link BatchBlock#EXAMPLES})
     * @param weights (row, column, output channel, input channel) floats
     */
    public void backwardData(MemorySegment memory, long outputGradient, long inputGradient, MemorySegment weights,
            long firstWeight) {
        products(memory, outputGradient, g.outputHeight(), g.outputWidth(), g.outputs(), inputGradient, g.inputs(),
                backwardRows, backwardColumns, weights, firstWeight, noBias, 0);
    }

    /**
     * Computes every target, in either direction, as a sum over the taps that lie on a source and over the source's
     * channels.
     */
    private void products(MemorySegment memory, long source, int height, int width, int channels, long target,
            int targets, Taps rows, Taps columns, MemorySegment weights, long firstWeight, MemorySegment bias,
            long firstBias) {
        long pixel = channels * ELEMENT;
        long weight = targets * BYTES;
        long tap = channels * weight;
        boolean joined = columns.sourceStep() == 1 && columns.tapStep() == 1; // a row's columns are one long run
        long rowSource = rows.sourceStep() * width * pixel;
        long rowWeight = (long) rows.tapStep() * g.kernelWidth() * tap;
        long to = target;
        for (int block = 0; block < blocks; block++) {
            for (int p = 0; p < rows.targets(); p++) {
                for (int q = 0; q < columns.targets(); q++) {
                    long from = source
                            + (((long) block * height + rows.firstSource()[p]) * width + columns.firstSource()[q])
                                    * pixel;
                    long at = firstWeight
                            + ((long) rows.firstTap()[p] * g.kernelWidth() + columns.firstTap()[q]) * tap;
                    int met = columns.count()[q];
                    pixel(memory, from, to, targets, weights, at, rows.count()[p], rowSource, rowWeight,
                            joined ? Math.min(met, 1) : met, columns.sourceStep() * pixel, columns.tapStep() * tap,
                            joined ? met * channels : channels, weight, bias, firstBias);
                    to += targets * ELEMENT;
                }
            }
        }
    }

    /** Computes all channels of one target pixel. */
    private static void pixel(MemorySegment memory, long from, long to, int targets, MemorySegment weights, long at,
            int rows, long rowSource, long rowWeight, int segments, long segmentSource, long segmentWeight, int run,
            long weight, MemorySegment bias, long firstBias) {
        int k = 0;
        for (; k + WIDTH <= targets; k += WIDTH) {
            BatchLastProducts.four(memory, from, to + k * ELEMENT, weights, at + k * BYTES, rows, rowSource, rowWeight,
                    segments, segmentSource, segmentWeight, run, weight, bias, firstBias + k * BYTES);
        }
        if (k + 2 <= targets) {
            BatchLastProducts.two(memory, from, to + k * ELEMENT, weights, at + k * BYTES, rows, rowSource, rowWeight,
                    segments, segmentSource, segmentWeight, run, weight, bias, firstBias + k * BYTES);
            k += 2;
        }
        if (k < targets) {
            BatchLastProducts.one(memory, from, to + k * ELEMENT, weights, at + k * BYTES, rows, rowSource, rowWeight,
                    segments, segmentSource, segmentWeight, run, weight, bias, firstBias + k * BYTES);
        }
    }

    /** Returns the bias of a layer that has none: zeros, from byte 0 on. */
    public MemorySegment noBias() {
        return noBias;
    }

    private TapSum[] tapSums() {
        boolean joined = g.padding() == 0 && g.dilation() == 1; // all columns of the kernel meet the same outputs
        List<TapSum> sums = new ArrayList<>();
        for (int r = 0; r < g.kernelHeight(); r++) {
            for (int s = 0; s < (joined ? 1 : g.kernelWidth()); s++) {
                int firstRow = firstOutput(r);
                int firstColumn = firstOutput(s);
                int rows = lastOutput(r, g.inputHeight(), g.outputHeight()) - firstRow + 1;
                int columns = lastOutput(s, g.inputWidth(), g.outputWidth()) - firstColumn + 1;
                long inputPixel = (long) (firstRow * g.stride() - g.padding() + r * g.dilation()) * g.inputWidth()
                        + firstColumn * g.stride() - g.padding() + s * g.dilation();
                long outputPixel = (long) firstRow * g.outputWidth() + firstColumn;
                sums.add(new TapSum(inputPixel * g.inputs() * ELEMENT, outputPixel * g.outputs() * ELEMENT,
                        ((long) r * g.kernelWidth() + s) * g.inputs() * g.outputs() * BYTES,
                        joined ? g.kernelWidth() * g.inputs() : g.inputs(),
                        pixels(Math.max(0, rows), Math.max(0, columns))));
            }
        }
        return sums.toArray(TapSum[]::new);
    }

    private int firstOutput(int tap) {
        int least = g.padding() - tap * g.dilation();
        return least <= 0 ? 0 : (least + g.stride() - 1) / g.stride();
    }

    private int lastOutput(int tap, int inputSide, int outputSide) {
        return Math.min(outputSide - 1, Math.floorDiv(inputSide - 1 + g.padding() - tap * g.dilation(), g.stride()));
    }

    private BatchLastOuterProducts.Pixels pixels(int rows, int columns) {
        long inputPixel = g.inputs() * ELEMENT;
        long outputPixel = g.outputs() * ELEMENT;
        return new BatchLastOuterProducts.Pixels(blocks, rows, columns, g.inputHeight() * g.inputWidth() * inputPixel,
                (long) g.stride() * g.inputWidth() * inputPixel, g.stride() * inputPixel,
                g.outputHeight() * g.outputWidth() * outputPixel, g.outputWidth() * outputPixel, outputPixel);
    }

    /**
     * Computes the gradient of the weights, summed over all blocks.
     *
     * @param memory memory of input and output gradient
     * @param input place of (blocks, H, W, I, {@link BatchBlock#EXAMPLES})
     * @param outputGradient place of (blocks, P, Q, O, {@link BatchBlock#EXAMPLES})
     */
    public void backwardWeights(MemorySegment memory, long input, long outputGradient, MemorySegment gradient,
            long firstGradient) {
        if (linear.isPresent()) {
            linear.get().run(memory, input, outputGradient, gradient, firstGradient);
            return;
        }
        for (TapSum sum : tapSums) {
            outerProducts(memory, input + sum.input, outputGradient + sum.output, sum.pixels, sum.inputs, gradient,
                    firstGradient + sum.gradient);
        }
    }

    private void outerProducts(MemorySegment memory, long input, long output, BatchLastOuterProducts.Pixels pixels,
            int inputs, MemorySegment gradient, long to) {
        long stride = g.outputs() * BYTES;
        if (inputs < SIDE || g.outputs() < SIDE) {
            for (int j = 0; j < inputs; j++) {
                for (int k = 0; k < g.outputs(); k++) {
                    BatchLastOuterProducts.oneByOne(memory, input + j * ELEMENT, output + k * ELEMENT, pixels, gradient,
                            to + j * stride + k * BYTES);
                }
            }
            return;
        }
        for (int nextInput = 0; nextInput < inputs; nextInput += SIDE) {
            int j = Math.min(nextInput, inputs - SIDE);
            for (int nextOutput = 0; nextOutput < g.outputs(); nextOutput += SIDE) {
                int k = Math.min(nextOutput, g.outputs() - SIDE);
                BatchLastOuterProducts.fiveByFive(memory, input + j * ELEMENT, output + k * ELEMENT, pixels, gradient,
                        to + j * stride + k * BYTES, stride, sums);
            }
        }
    }

    /**
     * Computes the gradient of the bias.
     *
     * @param memory memory of the output gradient
     * @param outputGradient place of (blocks, P, Q, O, {@link BatchBlock#EXAMPLES})
     * @param gradient receives (O) floats from byte {@code firstGradient} on
     */
    public void backwardBias(MemorySegment memory, long outputGradient, MemorySegment gradient, long firstGradient) {
        for (int k = 0; k < g.outputs(); k++) {
            BatchLastOuterProducts.sum(memory, outputGradient + k * ELEMENT, allPixels, gradient,
                    firstGradient + k * BYTES);
        }
    }
}
