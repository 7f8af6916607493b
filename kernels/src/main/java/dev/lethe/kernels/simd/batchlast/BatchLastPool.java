package dev.lethe.kernels.simd.batchlast;

import static dev.lethe.kernels.simd.BatchBlock.ELEMENT;
import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.NativeMemory;
import dev.lethe.kernels.simd.Taps;
import dev.lethe.kernels.simd.TilePoolPass;
import dev.lethe.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * A pass of max pooling, joined with ReLU, in the batch-last layout of {@link BatchBlock}. The backward pass finds the
 * maximum of a window by comparing the input with the output. Stateless once made; all offsets are in bytes.
 */
public final class BatchLastPool {
    private static final long VECTOR = LANES * BYTES;

    private final int window;
    private final int inputHeight;
    private final int inputWidth;
    private final int channels;
    private final int outputHeight;
    private final int outputWidth;
    private final int stride;
    private final boolean covers; // every input is in exactly one window
    private final Taps rows;
    private final Taps columns;
    private final long pixel; // bytes from a pixel to the next
    private final long row; // bytes from a row of the input to the next
    private final float floor; // no output is less

    /**
     * Makes a pass over images of one size.
     *
     * @param input (N, H, W, C); N is not used
     */
    public BatchLastPool(PoolSpec spec, Shape input, Activation activation) {
        window = spec.window();
        stride = spec.stride();
        inputHeight = input.dim(1);
        inputWidth = input.dim(2);
        channels = input.dim(3);
        outputHeight = spec.outputSide(inputHeight);
        outputWidth = spec.outputSide(inputWidth);
        pixel = channels * ELEMENT;
        row = inputWidth * pixel;
        floor = activation == Activation.RELU ? 0 : Float.NEGATIVE_INFINITY;
        covers = TilePoolPass.accepts(spec) && outputHeight * window == inputHeight
                && outputWidth * window == inputWidth;
        rows = Taps.forward(outputHeight, inputHeight, window, stride, spec.padding(), 1);
        columns = Taps.forward(outputWidth, inputWidth, window, stride, spec.padding(), 1);
    }

    private long firstInput(long input, int block, int p, int q) {
        return input + ((long) block * inputHeight + rows.firstSource()[p]) * row
                + columns.firstSource()[q] * pixel;
    }

    /**
     * Pools all blocks.
     *
     * @param memory memory of input and output
     * @param input place of (blocks, H, W, C, {@link BatchBlock#EXAMPLES})
     * @param output place of (blocks, P, Q, C, {@link BatchBlock#EXAMPLES})
     * @param blocks number of blocks of examples
     */
    public void forward(MemorySegment memory, long input, long output, int blocks) {
        long to = output;
        for (int block = 0; block < blocks; block++) {
            for (int p = 0; p < outputHeight; p++) {
                for (int q = 0; q < outputWidth; q++) {
                    long from = firstInput(input, block, p, q);
                    for (long lane = 0; lane < pixel; lane += VECTOR) {
                        max(memory, from + lane, to + lane, rows.count()[p], columns.count()[q]);
                    }
                    to += pixel;
                }
            }
        }
    }

    // One loop over the window and no vector that leaves the method: see decisions/0005 on what the JIT demands. In the
    // usual window not even that: inlined into the loops around it, the loop's vector now and then becomes an object.
    private void max(MemorySegment memory, long from, long to, int height, int width) {
        if (height == 2 && width == 2) {
            maxOfFour(NativeMemory.of(memory), from, to);
            return;
        }
        MemorySegment floats = NativeMemory.of(memory);
        FloatVector max = FloatVector.broadcast(SPECIES, floor);
        long at = from;
        int leftInRow = width;
        for (int left = height * width; left > 0; left--) {
            max = max.max(FloatVector.fromMemorySegment(SPECIES, floats, at, ORDER));
            at += pixel;
            if (--leftInRow == 0) {
                leftInRow = width;
                at += row - width * pixel;
            }
        }
        max.intoMemorySegment(floats, to, ORDER);
    }

    private void maxOfFour(MemorySegment floats, long from, long to) {
        FloatVector first = FloatVector.fromMemorySegment(SPECIES, floats, from, ORDER).max(floor);
        FloatVector second = FloatVector.fromMemorySegment(SPECIES, floats, from + pixel, ORDER);
        FloatVector third = FloatVector.fromMemorySegment(SPECIES, floats, from + row, ORDER);
        FloatVector fourth = FloatVector.fromMemorySegment(SPECIES, floats, from + row + pixel, ORDER);
        first.max(second).max(third.max(fourth)).intoMemorySegment(floats, to, ORDER);
    }

    /**
     * Computes the gradient of {@link #forward}.
     *
     * @param memory memory of all four tensors
     * @param input place of the input of the forward pass
     * @param output place of the output of the forward pass
     * @param outputGradient place of (blocks, P, Q, C, {@link BatchBlock#EXAMPLES})
     * @param inputGradient place of (blocks, H, W, C, {@link BatchBlock#EXAMPLES})
     * @param blocks number of blocks of examples
     */
    public void backward(MemorySegment memory, long input, long output, long outputGradient, long inputGradient,
            int blocks) {
        if (!covers) {
            NativeMemory.clear(memory, inputGradient, blocks * inputHeight * row);
        }
        long at = 0;
        for (int block = 0; block < blocks; block++) {
            for (int p = 0; p < outputHeight; p++) {
                for (int q = 0; q < outputWidth; q++) {
                    long from = firstInput(0, block, p, q);
                    for (long lane = 0; lane < pixel; lane += VECTOR) {
                        spread(memory, input + from + lane, output + at + lane, outputGradient + at + lane,
                                inputGradient + from + lane, rows.count()[p], columns.count()[q]);
                    }
                    at += pixel;
                }
            }
        }
    }

    /** Gives the gradient of a window to the first of its inputs that equals its output. */
    private void spread(MemorySegment memory, long input, long output, long outputGradient, long inputGradient,
            int height, int width) {
        if (covers && height == 2 && width == 2) {
            spreadToFour(NativeMemory.of(memory), input, output, outputGradient, inputGradient);
            return;
        }
        MemorySegment floats = NativeMemory.of(memory);
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector y = FloatVector.fromMemorySegment(SPECIES, floats, output, ORDER);
        FloatVector left = FloatVector.fromMemorySegment(SPECIES, floats, outputGradient, ORDER);
        left = zero.blend(left, y.compare(VectorOperators.GT, floor)); // what ReLU cut off gets nothing
        long at = 0;
        int leftInRow = width;
        for (int taps = height * width; taps > 0; taps--) {
            VectorMask<Float> winner = FloatVector.fromMemorySegment(SPECIES, floats, input + at, ORDER).eq(y);
            FloatVector won = zero.blend(left, winner);
            left = left.blend(zero, winner);
            if (!covers) {
                won = won.add(FloatVector.fromMemorySegment(SPECIES, floats, inputGradient + at, ORDER));
            }
            won.intoMemorySegment(floats, inputGradient + at, ORDER);
            at += pixel;
            if (--leftInRow == 0) {
                leftInRow = width;
                at += row - width * pixel;
            }
        }
    }

    private void spreadToFour(MemorySegment floats, long input, long output, long outputGradient, long inputGradient) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector y = FloatVector.fromMemorySegment(SPECIES, floats, output, ORDER);
        FloatVector left = FloatVector.fromMemorySegment(SPECIES, floats, outputGradient, ORDER);
        left = zero.blend(left, y.compare(VectorOperators.GT, floor)); // what ReLU cut off gets nothing
        VectorMask<Float> winner = FloatVector.fromMemorySegment(SPECIES, floats, input, ORDER).eq(y);
        zero.blend(left, winner).intoMemorySegment(floats, inputGradient, ORDER);
        left = left.blend(zero, winner);
        winner = FloatVector.fromMemorySegment(SPECIES, floats, input + pixel, ORDER).eq(y);
        zero.blend(left, winner).intoMemorySegment(floats, inputGradient + pixel, ORDER);
        left = left.blend(zero, winner);
        winner = FloatVector.fromMemorySegment(SPECIES, floats, input + row, ORDER).eq(y);
        zero.blend(left, winner).intoMemorySegment(floats, inputGradient + row, ORDER);
        left = left.blend(zero, winner);
        winner = FloatVector.fromMemorySegment(SPECIES, floats, input + row + pixel, ORDER).eq(y);
        zero.blend(left, winner).intoMemorySegment(floats, inputGradient + row + pixel, ORDER);
    }
}
