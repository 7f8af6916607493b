package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * A pass of max pooling over (N, H, W, C), joined with ReLU, whose windows may overlap, leave pixels out or reach
 * beyond the image. It keeps no index of the maximum: the backward pass finds it by comparing the input with the
 * output. Sums of gradients where windows overlap have the type of the elements. Stateless once made; offsets are in
 * bytes.
 */
public final class MaxPoolPass {
    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final int inputHeight;
    private final int inputWidth;
    private final int channels;
    private final Windows rows;
    private final Windows columns;
    private final float floor; // no output is less

    /**
     * The pixels of each window inside of the image, along one dimension.
     *
     * @param first first pixel of each window
     * @param end first pixel behind each window
     */
    private record Windows(int[] first, int[] end) {
        static Windows of(PoolSpec spec, int side) {
            int windows = spec.outputSide(side);
            int stride = spec.leastStride(side);
            IntUnaryOperator begin = window -> window * stride - spec.padding();
            return new Windows(IntStream.range(0, windows).map(begin).map(at -> Math.max(0, at)).toArray(),
                    IntStream.range(0, windows).map(begin).map(at -> Math.min(side, at + spec.window())).toArray());
        }

        int count() {
            return first.length;
        }
    }

    /**
     * Makes a pass over images of one size.
     *
     * @param input (N, H, W, C); N is not used
     * @param elements type of input, output and their gradients
     */
    public MaxPoolPass(PoolSpec spec, Shape input, Activation activation, DType elements) {
        bfloat16 = Elements.isBFloat16(elements);
        size = Elements.bytes(bfloat16);
        inputHeight = input.dim(1);
        inputWidth = input.dim(2);
        channels = input.dim(3);
        rows = Windows.of(spec, inputHeight);
        columns = Windows.of(spec, inputWidth);
        floor = activation == Activation.RELU ? 0 : Float.NEGATIVE_INFINITY;
    }

    /**
     * Pools {@code count} images.
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
            for (int p = 0; p < rows.count(); p++) {
                for (int q = 0; q < columns.count(); q++) {
                    maximum(memory, image, p, q, to);
                    to += channels * size;
                }
            }
        }
    }

    /** Returns the bytes from the first pixel of an image to a pixel's channel. */
    private long offset(int row, int column, int channel) {
        return (((long) row * inputWidth + column) * channels + channel) * size;
    }

    private void maximum(MemorySegment memory, long image, int p, int q, long to) {
        boolean bfloat16 = this.bfloat16;
        int c = 0;
        for (; c + LANES <= channels; c += LANES) {
            FloatVector max = FloatVector.broadcast(SPECIES, floor);
            for (int row = rows.first[p]; row < rows.end[p]; row++) {
                for (int column = columns.first[q]; column < columns.end[q]; column++) {
                    max = max.max(Elements.load(bfloat16, memory, image + offset(row, column, c)));
                }
            }
            Elements.store(bfloat16, max, memory, to + c * size);
        }
        for (; c < channels; c++) {
            float max = floor;
            for (int row = rows.first[p]; row < rows.end[p]; row++) {
                for (int column = columns.first[q]; column < columns.end[q]; column++) {
                    max = Math.max(max, Elements.get(bfloat16, memory, image + offset(row, column, c)));
                }
            }
            Elements.set(bfloat16, memory, to + c * size, max);
        }
    }

    /**
     * Computes the gradient of {@link #forward}.
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
        long imageBytes = (long) inputHeight * inputWidth * channels * size;
        NativeMemory.clear(memory, inputGradient, count * imageBytes);
        long at = 0;
        for (int n = 0; n < count; n++) {
            for (int p = 0; p < rows.count(); p++) {
                for (int q = 0; q < columns.count(); q++) {
                    spread(memory, input + n * imageBytes, p, q, output + at, outputGradient + at,
                            inputGradient + n * imageBytes);
                    at += channels * size;
                }
            }
        }
    }

    /**
     * Adds the gradient of one output, channel by channel, to the first input that is the maximum, unless ReLU cut it
     * off.
     */
    private void spread(MemorySegment memory, long image, int p, int q, long output, long outputGradient,
            long inputGradient) {
        boolean bfloat16 = this.bfloat16;
        FloatVector zero = FloatVector.zero(SPECIES);
        int c = 0;
        for (; c + LANES <= channels; c += LANES) {
            FloatVector y = Elements.load(bfloat16, memory, output + c * size);
            FloatVector left = zero.blend(Elements.load(bfloat16, memory, outputGradient + c * size),
                    y.compare(VectorOperators.GT, floor));
            for (int row = rows.first[p]; row < rows.end[p]; row++) {
                for (int column = columns.first[q]; column < columns.end[q]; column++) {
                    long at = offset(row, column, c);
                    VectorMask<Float> winner = Elements.load(bfloat16, memory, image + at).eq(y);
                    Elements.store(bfloat16, Elements.load(bfloat16, memory, inputGradient + at)
                            .add(zero.blend(left, winner)), memory, inputGradient + at);
                    left = left.blend(zero, winner);
                }
            }
        }
        for (; c < channels; c++) {
            float y = Elements.get(bfloat16, memory, output + c * size);
            float left = y > floor ? Elements.get(bfloat16, memory, outputGradient + c * size) : 0;
            for (int row = rows.first[p]; row < rows.end[p]; row++) {
                for (int column = columns.first[q]; column < columns.end[q]; column++) {
                    long at = offset(row, column, c);
                    if (Elements.get(bfloat16, memory, image + at) == y) {
                        Elements.set(bfloat16, memory, inputGradient + at,
                                Elements.get(bfloat16, memory, inputGradient + at) + left);
                        left = 0;
                    }
                }
            }
        }
    }
}
