package dev.lethe.kernels.simd.product;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static dev.lethe.kernels.simd.product.MicroKernel.ROWS;
import static dev.lethe.kernels.simd.product.MicroKernel.RUN;
import static dev.lethe.kernels.simd.product.MicroKernel.VECTOR;
import static dev.lethe.kernels.simd.product.MicroKernel.broadcast;
import static dev.lethe.kernels.simd.product.MicroKernel.load;

import dev.lethe.kernels.simd.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The loops of {@link MicroKernel} for narrow panels. Registers have names, not indices. */
final class NarrowMicroKernel {
    private NarrowMicroKernel() {}

    /** Multiplies by a panel of two vectors. */
    static void two(MemorySegment memory, long start, long[] runs, int first, int count, int length, long step,
            MemorySegment matrix, long panel, float[] sums) {
        MemorySegment factors = NativeMemory.of(memory);
        MemorySegment panels = NativeMemory.of(matrix);
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        FloatVector c40 = c00;
        FloatVector c41 = c00;
        FloatVector c50 = c00;
        FloatVector c51 = c00;
        int run = first;
        long a0 = start + runs[run];
        long a1 = start + runs[run + 1];
        long a2 = start + runs[run + 2];
        long a3 = start + runs[run + 3];
        long a4 = start + runs[run + 4];
        long a5 = start + runs[run + 5];
        long b = panel + runs[run + ROWS] * 2 * VECTOR;
        long at = 0;
        int leftInRun = length;
        for (int left = count * length; left > 0; left--) {
            FloatVector b0 = load(panels, b);
            FloatVector b1 = load(panels, b + VECTOR);
            FloatVector a = broadcast(factors, a0 + at);
            c00 = b0.fma(a, c00);
            c01 = b1.fma(a, c01);
            a = broadcast(factors, a1 + at);
            c10 = b0.fma(a, c10);
            c11 = b1.fma(a, c11);
            a = broadcast(factors, a2 + at);
            c20 = b0.fma(a, c20);
            c21 = b1.fma(a, c21);
            a = broadcast(factors, a3 + at);
            c30 = b0.fma(a, c30);
            c31 = b1.fma(a, c31);
            a = broadcast(factors, a4 + at);
            c40 = b0.fma(a, c40);
            c41 = b1.fma(a, c41);
            a = broadcast(factors, a5 + at);
            c50 = b0.fma(a, c50);
            c51 = b1.fma(a, c51);
            at += step;
            b += 2 * VECTOR;
            if (--leftInRun == 0) {
                leftInRun = length;
                run += RUN;
                at = 0;
                a0 = start + runs[run];
                a1 = start + runs[run + 1];
                a2 = start + runs[run + 2];
                a3 = start + runs[run + 3];
                a4 = start + runs[run + 4];
                a5 = start + runs[run + 5];
                b = panel + runs[run + ROWS] * 2 * VECTOR;
            }
        }
        c00.intoArray(sums, 0);
        c01.intoArray(sums, LANES);
        c10.intoArray(sums, 2 * LANES);
        c11.intoArray(sums, 3 * LANES);
        c20.intoArray(sums, 4 * LANES);
        c21.intoArray(sums, 5 * LANES);
        c30.intoArray(sums, 6 * LANES);
        c31.intoArray(sums, 7 * LANES);
        c40.intoArray(sums, 8 * LANES);
        c41.intoArray(sums, 9 * LANES);
        c50.intoArray(sums, 10 * LANES);
        c51.intoArray(sums, 11 * LANES);
    }

    /** Multiplies by a panel of one vector. */
    static void one(MemorySegment memory, long start, long[] runs, int first, int count, int length, long step,
            MemorySegment matrix, long panel, float[] sums) {
        MemorySegment factors = NativeMemory.of(memory);
        MemorySegment panels = NativeMemory.of(matrix);
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        FloatVector c40 = c00;
        FloatVector c50 = c00;
        int run = first;
        long a0 = start + runs[run];
        long a1 = start + runs[run + 1];
        long a2 = start + runs[run + 2];
        long a3 = start + runs[run + 3];
        long a4 = start + runs[run + 4];
        long a5 = start + runs[run + 5];
        long b = panel + runs[run + ROWS] * 1 * VECTOR;
        long at = 0;
        int leftInRun = length;
        for (int left = count * length; left > 0; left--) {
            FloatVector b0 = load(panels, b);
            FloatVector a = broadcast(factors, a0 + at);
            c00 = b0.fma(a, c00);
            a = broadcast(factors, a1 + at);
            c10 = b0.fma(a, c10);
            a = broadcast(factors, a2 + at);
            c20 = b0.fma(a, c20);
            a = broadcast(factors, a3 + at);
            c30 = b0.fma(a, c30);
            a = broadcast(factors, a4 + at);
            c40 = b0.fma(a, c40);
            a = broadcast(factors, a5 + at);
            c50 = b0.fma(a, c50);
            at += step;
            b += VECTOR;
            if (--leftInRun == 0) {
                leftInRun = length;
                run += RUN;
                at = 0;
                a0 = start + runs[run];
                a1 = start + runs[run + 1];
                a2 = start + runs[run + 2];
                a3 = start + runs[run + 3];
                a4 = start + runs[run + 4];
                a5 = start + runs[run + 5];
                b = panel + runs[run + ROWS] * 1 * VECTOR;
            }
        }
        c00.intoArray(sums, 0);
        c10.intoArray(sums, LANES);
        c20.intoArray(sums, 2 * LANES);
        c30.intoArray(sums, 3 * LANES);
        c40.intoArray(sums, 4 * LANES);
        c50.intoArray(sums, 5 * LANES);
    }
}
