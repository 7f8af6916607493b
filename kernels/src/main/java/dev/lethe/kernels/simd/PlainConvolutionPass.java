package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A pass of convolution over (N, H, W, C) for every {@link ConvolutionSpec}: plain sums over the taps inside the image,
 * with the output channels of a group in vectors. It is an order of magnitude slower than a library's, and meant for
 * the few convolutions that a library computes wrongly. Weights and their gradient are floats in the order (row,
 * column, input channel of the group, output channel). Sums are floats. Stateless once made; all offsets are in bytes.
 */
public final class PlainConvolutionPass {
    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final int inputHeight;
    private final int inputWidth;
    private final int inputs;
    private final int outputHeight;
    private final int outputWidth;
    private final int outputs;
    private final int kernel;
    private final int stride;
    private final int padding;
    private final int dilation;
    private final int groups;
    private final int groupInputs; // channels of a group
    private final int groupOutputs;
    private final Taps forwardRows;
    private final Taps forwardColumns;
    private final Taps backwardRows;
    private final Taps backwardColumns;

    /**
     * Makes a pass over images of one size.
     *
     * @param input (N, H, W, C); N is not used
     * @param elements type of input, output and their gradients
     */
    public PlainConvolutionPass(ConvolutionSpec spec, Shape input, DType elements) {
        bfloat16 = Elements.isBFloat16(elements);
        size = Elements.bytes(bfloat16);
        inputHeight = input.dim(1);
        inputWidth = input.dim(2);
        inputs = spec.inputChannels();
        outputHeight = spec.outputSide(inputHeight);
        outputWidth = spec.outputSide(inputWidth);
        outputs = spec.outputChannels();
        kernel = spec.kernel();
        stride = spec.leastStride(input);
        padding = spec.padding();
        dilation = spec.dilation();
        groups = spec.groups();
        groupInputs = inputs / groups;
        groupOutputs = outputs / groups;
        forwardRows = Taps.forward(outputHeight, inputHeight, kernel, stride, padding, dilation);
        forwardColumns = Taps.forward(outputWidth, inputWidth, kernel, stride, padding, dilation);
        backwardRows = Taps.backward(outputHeight, inputHeight, kernel, stride, padding, dilation);
        backwardColumns = Taps.backward(outputWidth, inputWidth, kernel, stride, padding, dilation);
    }

    /**
     * Computes {@code output = convolution(input, weights) + bias} of {@code count} images.
     *
     * @param memory memory of input and output
     * @param input place of (count, H, W, I)
     * @param output place of (count, P, Q, O)
     * @param count number of images
     * @param weights (K, K, I / groups, O) floats from byte {@code firstWeight} on
     * @param bias floats from byte {@code firstBias} on; not read if {@code firstBias} is negative
     */
    public void forward(MemorySegment memory, long input, long output, int count, MemorySegment weights,
            long firstWeight, MemorySegment bias, long firstBias) {
        long to = output;
        for (int n = 0; n < count; n++) {
            long image = input + (long) n * inputHeight * inputWidth * inputs * size;
            for (int p = 0; p < outputHeight; p++) {
                for (int q = 0; q < outputWidth; q++) {
                    for (int group = 0; group < groups; group++) {
                        outputsOf(memory, image, p, q, group, weights, firstWeight, bias, firstBias,
                                to + (long) group * groupOutputs * size);
                    }
                    to += outputs * size;
                }
            }
        }
    }

    /** Writes the output channels of one group at one pixel. */
    private void outputsOf(MemorySegment memory, long image, int p, int q, int group, MemorySegment weights,
            long firstWeight, MemorySegment bias, long firstBias, long to) {
        boolean bfloat16 = this.bfloat16;
        int o = 0;
        for (; o + LANES <= groupOutputs; o += LANES) {
            long channel = (group * groupOutputs + o) * BYTES;
            FloatVector sum = firstBias < 0
                    ? FloatVector.zero(SPECIES)
                    : FloatVector.fromMemorySegment(SPECIES, bias, firstBias + channel, ORDER);
            for (int r = 0; r < forwardRows.count()[p]; r++) {
                for (int s = 0; s < forwardColumns.count()[q]; s++) {
                    long from = image + pixel(forwardRows.source(p, r), forwardColumns.source(q, s), inputWidth, inputs)
                            + (long) group * groupInputs * size;
                    long weight = firstWeight + tap(forwardRows.tap(p, r), forwardColumns.tap(q, s)) + channel;
                    for (int i = 0; i < groupInputs; i++) {
                        FloatVector w = FloatVector.fromMemorySegment(SPECIES, weights, weight + i * outputs * BYTES,
                                ORDER);
                        sum = w.fma(FloatVector.broadcast(SPECIES, Elements.get(bfloat16, memory, from + i * size)),
                                sum);
                    }
                }
            }
            Elements.store(bfloat16, sum, memory, to + o * size);
        }
        for (; o < groupOutputs; o++) {
            long channel = (group * groupOutputs + o) * BYTES;
            float sum = firstBias < 0 ? 0 : bias.get(JAVA_FLOAT, firstBias + channel);
            for (int r = 0; r < forwardRows.count()[p]; r++) {
                for (int s = 0; s < forwardColumns.count()[q]; s++) {
                    long from = image + pixel(forwardRows.source(p, r), forwardColumns.source(q, s), inputWidth, inputs)
                            + (long) group * groupInputs * size;
                    long weight = firstWeight + tap(forwardRows.tap(p, r), forwardColumns.tap(q, s)) + channel;
                    for (int i = 0; i < groupInputs; i++) {
                        sum = Math.fma(weights.get(JAVA_FLOAT, weight + i * outputs * BYTES),
                                Elements.get(bfloat16, memory, from + i * size), sum);
                    }
                }
            }
            Elements.set(bfloat16, memory, to + o * size, sum);
        }
    }

    /** Returns the bytes from the start of an image to a pixel. */
    private long pixel(long row, int column, int columns, int channels) {
        return (row * columns + column) * channels * size;
    }

    /** Returns the bytes from the first weight to those of a tap. */
    private long tap(int row, int column) {
        return ((long) row * kernel + column) * groupInputs * outputs * BYTES;
    }

    /**
     * Computes the gradient of the input of {@code count} images.
     *
     * @param memory memory of both gradients
     * @param outputGradient place of (count, P, Q, O)
     * @param inputGradient place of (count, H, W, I)
     * @param count number of images
     * @param weights (K, K, I / groups, O) floats from byte {@code firstWeight} on
     */
    public void backwardData(MemorySegment memory, long outputGradient, long inputGradient, int count,
            MemorySegment weights, long firstWeight) {
        long to = inputGradient;
        for (int n = 0; n < count; n++) {
            long image = outputGradient + (long) n * outputHeight * outputWidth * outputs * size;
            for (int h = 0; h < inputHeight; h++) {
                for (int w = 0; w < inputWidth; w++) {
                    for (int i = 0; i < inputs; i++) {
                        float sum = inputOf(memory, image, h, w, i, weights, firstWeight);
                        Elements.set(bfloat16, memory, to, sum);
                        to += size;
                    }
                }
            }
        }
    }

    /** Returns the gradient of one channel of an input's pixel: a sum over all outputs that read it. */
    private float inputOf(MemorySegment memory, long image, int h, int w, int channel, MemorySegment weights,
            long firstWeight) {
        boolean bfloat16 = this.bfloat16;
        int group = channel / groupInputs;
        int first = group * groupOutputs;
        long row = firstWeight + ((long) (channel - group * groupInputs) * outputs + first) * BYTES;
        FloatVector sum = FloatVector.zero(SPECIES);
        float rest = 0;
        for (int r = 0; r < backwardRows.count()[h]; r++) {
            for (int s = 0; s < backwardColumns.count()[w]; s++) {
                long from = image + pixel(backwardRows.source(h, r), backwardColumns.source(w, s), outputWidth, outputs)
                        + first * size;
                long weight = row + tap(backwardRows.tap(h, r), backwardColumns.tap(w, s));
                int o = 0;
                for (; o + LANES <= groupOutputs; o += LANES) {
                    sum = Elements.load(bfloat16, memory, from + o * size).fma(
                            FloatVector.fromMemorySegment(SPECIES, weights, weight + o * BYTES, ORDER), sum);
                }
                for (; o < groupOutputs; o++) {
                    rest = Math.fma(Elements.get(bfloat16, memory, from + o * size),
                            weights.get(JAVA_FLOAT, weight + o * BYTES), rest);
                }
            }
        }
        return rest + sum.reduceLanes(VectorOperators.ADD);
    }

    /**
     * Computes the gradient of the weights, summed over {@code count} images.
     *
     * @param memory memory of input and output gradient
     * @param input place of (count, H, W, I)
     * @param outputGradient place of (count, P, Q, O)
     * @param count number of images
     * @param gradient receives (K, K, I / groups, O) floats from byte {@code firstGradient} on
     */
    public void backwardWeights(MemorySegment memory, long input, long outputGradient, int count,
            MemorySegment gradient, long firstGradient) {
        for (int r = 0; r < kernel; r++) {
            for (int s = 0; s < kernel; s++) {
                for (int i = 0; i < groupInputs; i++) {
                    for (int group = 0; group < groups; group++) {
                        weightsOf(memory, input, outputGradient, count, r, s, group, i, gradient,
                                firstGradient + tap(r, s) + ((long) i * outputs + group * groupOutputs) * BYTES);
                    }
                }
            }
        }
    }

    /** Writes the gradients of a tap's weights from one input channel to the output channels of its group. */
    private void weightsOf(MemorySegment memory, long input, long outputGradient, int count, int r, int s, int group,
            int i, MemorySegment gradient, long to) {
        boolean bfloat16 = this.bfloat16;
        long from = input + (group * groupInputs + i) * size;
        long by = outputGradient + (long) group * groupOutputs * size;
        int o = 0;
        for (; o + LANES <= groupOutputs; o += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int n = 0; n < count; n++) {
                FloatVector ofImage = FloatVector.zero(SPECIES); // sums of sums round less
                for (int p = firstOutput(r); p <= lastOutput(r, inputHeight, outputHeight); p++) {
                    for (int q = firstOutput(s); q <= lastOutput(s, inputWidth, outputWidth); q++) {
                        FloatVector dy = Elements.load(bfloat16, memory, by + output(n, p, q) + o * size);
                        ofImage = dy.fma(FloatVector.broadcast(SPECIES,
                                Elements.get(bfloat16, memory, from + input(n, p, q, r, s))), ofImage);
                    }
                }
                sum = sum.add(ofImage);
            }
            sum.intoMemorySegment(gradient, to + o * BYTES, ORDER);
        }
        for (; o < groupOutputs; o++) {
            float sum = 0;
            for (int n = 0; n < count; n++) {
                float ofImage = 0;
                for (int p = firstOutput(r); p <= lastOutput(r, inputHeight, outputHeight); p++) {
                    for (int q = firstOutput(s); q <= lastOutput(s, inputWidth, outputWidth); q++) {
                        ofImage = Math.fma(Elements.get(bfloat16, memory, by + output(n, p, q) + o * size),
                                Elements.get(bfloat16, memory, from + input(n, p, q, r, s)), ofImage);
                    }
                }
                sum += ofImage;
            }
            gradient.set(JAVA_FLOAT, to + o * BYTES, sum);
        }
    }

    /** Returns the bytes from the first output to the pixel of an output. */
    private long output(int n, int p, int q) {
        return pixel((long) n * outputHeight + p, q, outputWidth, outputs);
    }

    /** Returns the bytes from the first input to the pixel under a tap of an output. */
    private long input(int n, int p, int q, int r, int s) {
        return pixel((long) n * inputHeight + p * stride - padding + r * dilation, q * stride - padding + s * dilation,
                inputWidth, inputs);
    }

    /** Returns the first output for which a tap lies inside the image. */
    private int firstOutput(int tap) {
        return Math.max(0, Math.ceilDiv(padding - tap * dilation, stride));
    }

    /** Returns the last output for which a tap lies inside the image. */
    private int lastOutput(int tap, int inputSide, int outputSide) {
        return Math.min(outputSide - 1, Math.floorDiv(inputSide - 1 + padding - tap * dilation, stride));
    }
}
