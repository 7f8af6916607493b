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
import jdk.incubator.vector.VectorShuffle;

/**
 * The inner loops of convolutions in the batch-last layout: four outputs of a block at a time in registers, which keeps
 * eight accumulators busy and reads each input vector once for all of them. One loop each, with counters where one
 * would nest: the JIT keeps vectors in registers across one loop, and boxes them across three. Five outputs would do a
 * little better, but are more than it inlines.
 */
final class BatchLastProducts {
    /** The number of outputs of one loop. */
    static final int WIDTH = 4;

    // each brings the lanes still to be added down on as many lower ones
    private static final VectorShuffle<Float> BY_EIGHT = rotation(8);
    private static final VectorShuffle<Float> BY_FOUR = rotation(4);
    private static final VectorShuffle<Float> BY_TWO = rotation(2);
    private static final VectorShuffle<Float> BY_ONE = rotation(1);

    private BatchLastProducts() {}

    private static VectorShuffle<Float> rotation(int lanes) {
        return VectorShuffle.fromOp(SPECIES, lane -> lane + lanes & LANES - 1);
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER);
    }

    private static FloatVector broadcast(MemorySegment memory, long at) {
        return FloatVector.broadcast(SPECIES, memory.get(JAVA_FLOAT, at));
    }

    /**
     * Sums products of inputs and weights into four outputs, beginning with their biases. The factors stand in rows of
     * segments of runs; strides are in bytes. A run's inputs are neighbours, its weights {@code weight} bytes apart.
     *
     * @param firstBias place of the bias of the first output
     */
    static void four(MemorySegment memory, long input, long output, MemorySegment weights, long firstWeight, int rows,
            long rowInput, long rowWeight, int segments, long segmentInput, long segmentWeight, int run, long weight,
            MemorySegment bias, long firstBias) {
        MemorySegment inputs = NativeMemory.of(memory);
        MemorySegment factors = NativeMemory.of(weights);
        MemorySegment biases = NativeMemory.of(bias);
        FloatVector a0 = broadcast(biases, firstBias);
        FloatVector a1 = broadcast(biases, firstBias + BYTES);
        FloatVector a2 = broadcast(biases, firstBias + 2 * BYTES);
        FloatVector a3 = broadcast(biases, firstBias + 3 * BYTES);
        FloatVector b0 = a0;
        FloatVector b1 = a1;
        FloatVector b2 = a2;
        FloatVector b3 = a3;
        long x = input;
        long w = firstWeight;
        int leftInRun = run;
        int leftInRow = segments;
        for (int left = rows * segments * run; left > 0; left--) {
            FloatVector u = load(inputs, x);
            FloatVector v = load(inputs, x + SECOND);
            FloatVector f = broadcast(factors, w);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
            f = broadcast(factors, w + BYTES);
            a1 = u.fma(f, a1);
            b1 = v.fma(f, b1);
            f = broadcast(factors, w + 2 * BYTES);
            a2 = u.fma(f, a2);
            b2 = v.fma(f, b2);
            f = broadcast(factors, w + 3 * BYTES);
            a3 = u.fma(f, a3);
            b3 = v.fma(f, b3);
            x += ELEMENT;
            w += weight;
            if (--leftInRun == 0) {
                leftInRun = run;
                x += segmentInput - run * ELEMENT;
                w += segmentWeight - run * weight;
                if (--leftInRow == 0) {
                    leftInRow = segments;
                    x += rowInput - segments * segmentInput;
                    w += rowWeight - segments * segmentWeight;
                }
            }
        }
        store(inputs, output, a0, b0);
        store(inputs, output + ELEMENT, a1, b1);
        store(inputs, output + 2 * ELEMENT, a2, b2);
        store(inputs, output + 3 * ELEMENT, a3, b3);
    }

    /** Sums products of inputs and weights into two outputs, as {@link #four} does into four. */
    static void two(MemorySegment memory, long input, long output, MemorySegment weights, long firstWeight, int rows,
            long rowInput, long rowWeight, int segments, long segmentInput, long segmentWeight, int run, long weight,
            MemorySegment bias, long firstBias) {
        MemorySegment inputs = NativeMemory.of(memory);
        MemorySegment factors = NativeMemory.of(weights);
        MemorySegment biases = NativeMemory.of(bias);
        FloatVector a0 = broadcast(biases, firstBias);
        FloatVector a1 = broadcast(biases, firstBias + BYTES);
        FloatVector b0 = a0;
        FloatVector b1 = a1;
        long x = input;
        long w = firstWeight;
        int leftInRun = run;
        int leftInRow = segments;
        for (int left = rows * segments * run; left > 0; left--) {
            FloatVector u = load(inputs, x);
            FloatVector v = load(inputs, x + SECOND);
            FloatVector f = broadcast(factors, w);
            a0 = u.fma(f, a0);
            b0 = v.fma(f, b0);
            f = broadcast(factors, w + BYTES);
            a1 = u.fma(f, a1);
            b1 = v.fma(f, b1);
            x += ELEMENT;
            w += weight;
            if (--leftInRun == 0) {
                leftInRun = run;
                x += segmentInput - run * ELEMENT;
                w += segmentWeight - run * weight;
                if (--leftInRow == 0) {
                    leftInRow = segments;
                    x += rowInput - segments * segmentInput;
                    w += rowWeight - segments * segmentWeight;
                }
            }
        }
        store(inputs, output, a0, b0);
        store(inputs, output + ELEMENT, a1, b1);
    }

    /** Sums products of inputs and weights into one output: the last of an odd number. */
    static void one(MemorySegment memory, long input, long output, MemorySegment weights, long firstWeight, int rows,
            long rowInput, long rowWeight, int segments, long segmentInput, long segmentWeight, int run, long weight,
            MemorySegment bias, long firstBias) {
        MemorySegment inputs = NativeMemory.of(memory);
        MemorySegment factors = NativeMemory.of(weights);
        MemorySegment biases = NativeMemory.of(bias);
        FloatVector a = broadcast(biases, firstBias);
        FloatVector b = a;
        long x = input;
        long w = firstWeight;
        int leftInRun = run;
        int leftInRow = segments;
        for (int left = rows * segments * run; left > 0; left--) {
            FloatVector f = broadcast(factors, w);
            a = load(inputs, x).fma(f, a);
            b = load(inputs, x + SECOND).fma(f, b);
            x += ELEMENT;
            w += weight;
            if (--leftInRun == 0) {
                leftInRun = run;
                x += segmentInput - run * ELEMENT;
                w += segmentWeight - run * weight;
                if (--leftInRow == 0) {
                    leftInRow = segments;
                    x += rowInput - segments * segmentInput;
                    w += rowWeight - segments * segmentWeight;
                }
            }
        }
        store(inputs, output, a, b);
    }

    private static void store(MemorySegment memory, long at, FloatVector first, FloatVector second) {
        first.intoMemorySegment(memory, at, ORDER);
        second.intoMemorySegment(memory, at + SECOND, ORDER);
    }

    /** Adds the lanes of a vector, halving: always in the same order, unlike {@code reduceLanes}. */
    static float sumOfLanes(FloatVector vector) {
        FloatVector sum = vector;
        if (LANES > 8) {
            sum = sum.add(sum.rearrange(BY_EIGHT));
        }
        if (LANES > 4) {
            sum = sum.add(sum.rearrange(BY_FOUR));
        }
        if (LANES > 2) {
            sum = sum.add(sum.rearrange(BY_TWO));
        }
        return sum.add(sum.rearrange(BY_ONE)).lane(0);
    }
}
