package dev.lethe.kernels.simd.batchlast;

import static dev.lethe.kernels.simd.BatchBlock.ELEMENT;
import static dev.lethe.kernels.simd.BatchBlock.EXAMPLES;
import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * A pass that computes the gradient of a linear layer's weights in the batch-last layout of {@link BatchBlock}. A sum
 * over the examples of a batch is short, so that adding up lanes would cost more than the products; the output
 * gradients are therefore transposed first, and the lanes are outputs. Confined to one thread: it holds scratch memory.
 */
final class BatchLastLinearGradient {
    private final int inputs;
    private final int outputs;
    private final int blocks;
    private final int row; // outputs, rounded up to whole vectors
    private final float[] turned; // (examples, row): gradients of outputs, outputs innermost
    private final float[] sums = new float[4 * LANES]; // (4 inputs, LANES outputs)

    BatchLastLinearGradient(int inputs, int outputs, int blocks) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.blocks = blocks;
        row = (outputs + LANES - 1) / LANES * LANES;
        turned = new float[blocks * EXAMPLES * row];
    }

    /** Writes (inputs, outputs) sums from byte {@code to} on. */
    void run(MemorySegment memory, long input, long outputGradient, MemorySegment gradient, long to) {
        turn(memory, outputGradient);
        for (int k = 0; k < outputs; k += LANES) {
            int j = 0;
            for (; j + 4 <= inputs; j += 4) {
                four(memory, input, j, k, gradient, to);
            }
            for (; j < inputs; j++) {
                one(memory, input, j, k, gradient, to);
            }
        }
    }

    private void turn(MemorySegment memory, long outputGradient) {
        for (int block = 0; block < blocks; block++) {
            for (int k = 0; k < outputs; k++) {
                long from = outputGradient + ((long) block * outputs + k) * ELEMENT;
                for (int n = 0; n < EXAMPLES; n++) {
                    turned[(block * EXAMPLES + n) * row + k] = memory.get(JAVA_FLOAT, from + n * BYTES);
                }
            }
        }
    }

    private void four(MemorySegment any, long input, int j, int k, MemorySegment gradient, long to) {
        MemorySegment memory = NativeMemory.of(any);
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int n = 0; n < blocks * EXAMPLES; n++) {
            long x = input + ((long) (n / EXAMPLES) * inputs + j) * ELEMENT + n % EXAMPLES * BYTES;
            FloatVector y = FloatVector.fromArray(SPECIES, turned, n * row + k);
            a = y.fma(FloatVector.broadcast(SPECIES, memory.get(JAVA_FLOAT, x)), a);
            b = y.fma(FloatVector.broadcast(SPECIES, memory.get(JAVA_FLOAT, x + ELEMENT)), b);
            c = y.fma(FloatVector.broadcast(SPECIES, memory.get(JAVA_FLOAT, x + 2 * ELEMENT)), c);
            d = y.fma(FloatVector.broadcast(SPECIES, memory.get(JAVA_FLOAT, x + 3 * ELEMENT)), d);
        }
        a.intoArray(sums, 0);
        b.intoArray(sums, LANES);
        c.intoArray(sums, 2 * LANES);
        d.intoArray(sums, 3 * LANES);
        store(4, j, k, gradient, to);
    }

    private void one(MemorySegment any, long input, int j, int k, MemorySegment gradient, long to) {
        MemorySegment memory = NativeMemory.of(any);
        FloatVector a = FloatVector.zero(SPECIES);
        for (int n = 0; n < blocks * EXAMPLES; n++) {
            long x = input + ((long) (n / EXAMPLES) * inputs + j) * ELEMENT + n % EXAMPLES * BYTES;
            FloatVector y = FloatVector.fromArray(SPECIES, turned, n * row + k);
            a = y.fma(FloatVector.broadcast(SPECIES, memory.get(JAVA_FLOAT, x)), a);
        }
        a.intoArray(sums, 0);
        store(1, j, k, gradient, to);
    }

    /** Copies the sums of {@code count} inputs, without the lanes behind the last output. */
    private void store(int count, int j, int k, MemorySegment gradient, long to) {
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(sums, i * LANES, gradient, JAVA_FLOAT, to + ((long) (j + i) * outputs + k) * BYTES,
                    Math.min(LANES, outputs - k));
        }
    }
}
