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

/** The loops of {@link MicroKernel} for wide panels. Registers have names, not indices. */
final class WideMicroKernel {
    private WideMicroKernel() {}

    /** Multiplies by a panel of four vectors. */
    static void four(MemorySegment memory, long start, long[] runs, int first, int count, int length, long step,
            MemorySegment matrix, long panel, float[] sums) {
        MemorySegment factors = NativeMemory.of(memory);
        MemorySegment panels = NativeMemory.of(matrix);
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c02 = c00;
        FloatVector c03 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c12 = c00;
        FloatVector c13 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c22 = c00;
        FloatVector c23 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        FloatVector c32 = c00;
        FloatVector c33 = c00;
        FloatVector c40 = c00;
        FloatVector c41 = c00;
        FloatVector c42 = c00;
        FloatVector c43 = c00;
        FloatVector c50 = c00;
        FloatVector c51 = c00;
        FloatVector c52 = c00;
        FloatVector c53 = c00;
        int run = first;
        long a0 = start + runs[run];
        long a1 = start + runs[run + 1];
        long a2 = start + runs[run + 2];
        long a3 = start + runs[run + 3];
        long a4 = start + runs[run + 4];
        long a5 = start + runs[run + 5];
        long b = panel + runs[run + ROWS] * 4 * VECTOR;
        long at = 0;
        int leftInRun = length;
        for (int left = count * length; left > 0; left--) {
            FloatVector b0 = load(panels, b);
            FloatVector b1 = load(panels, b + VECTOR);
            FloatVector b2 = load(panels, b + 2 * VECTOR);
            FloatVector b3 = load(panels, b + 3 * VECTOR);
            FloatVector a = broadcast(factors, a0 + at);
            c00 = b0.fma(a, c00);
            c01 = b1.fma(a, c01);
            c02 = b2.fma(a, c02);
            c03 = b3.fma(a, c03);
            a = broadcast(factors, a1 + at);
            c10 = b0.fma(a, c10);
            c11 = b1.fma(a, c11);
            c12 = b2.fma(a, c12);
            c13 = b3.fma(a, c13);
            a = broadcast(factors, a2 + at);
            c20 = b0.fma(a, c20);
            c21 = b1.fma(a, c21);
            c22 = b2.fma(a, c22);
            c23 = b3.fma(a, c23);
            a = broadcast(factors, a3 + at);
            c30 = b0.fma(a, c30);
            c31 = b1.fma(a, c31);
            c32 = b2.fma(a, c32);
            c33 = b3.fma(a, c33);
            a = broadcast(factors, a4 + at);
            c40 = b0.fma(a, c40);
            c41 = b1.fma(a, c41);
            c42 = b2.fma(a, c42);
            c43 = b3.fma(a, c43);
            a = broadcast(factors, a5 + at);
            c50 = b0.fma(a, c50);
            c51 = b1.fma(a, c51);
            c52 = b2.fma(a, c52);
            c53 = b3.fma(a, c53);
            at += step;
            b += 4 * VECTOR;
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
                b = panel + runs[run + ROWS] * 4 * VECTOR;
            }
        }
        c00.intoArray(sums, 0);
        c01.intoArray(sums, LANES);
        c02.intoArray(sums, 2 * LANES);
        c03.intoArray(sums, 3 * LANES);
        c10.intoArray(sums, 4 * LANES);
        c11.intoArray(sums, 5 * LANES);
        c12.intoArray(sums, 6 * LANES);
        c13.intoArray(sums, 7 * LANES);
        c20.intoArray(sums, 8 * LANES);
        c21.intoArray(sums, 9 * LANES);
        c22.intoArray(sums, 10 * LANES);
        c23.intoArray(sums, 11 * LANES);
        c30.intoArray(sums, 12 * LANES);
        c31.intoArray(sums, 13 * LANES);
        c32.intoArray(sums, 14 * LANES);
        c33.intoArray(sums, 15 * LANES);
        c40.intoArray(sums, 16 * LANES);
        c41.intoArray(sums, 17 * LANES);
        c42.intoArray(sums, 18 * LANES);
        c43.intoArray(sums, 19 * LANES);
        c50.intoArray(sums, 20 * LANES);
        c51.intoArray(sums, 21 * LANES);
        c52.intoArray(sums, 22 * LANES);
        c53.intoArray(sums, 23 * LANES);
    }

    /** Multiplies by a panel of three vectors. */
    static void three(MemorySegment memory, long start, long[] runs, int first, int count, int length, long step,
            MemorySegment matrix, long panel, float[] sums) {
        MemorySegment factors = NativeMemory.of(memory);
        MemorySegment panels = NativeMemory.of(matrix);
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = c00;
        FloatVector c02 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c12 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c22 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        FloatVector c32 = c00;
        FloatVector c40 = c00;
        FloatVector c41 = c00;
        FloatVector c42 = c00;
        FloatVector c50 = c00;
        FloatVector c51 = c00;
        FloatVector c52 = c00;
        int run = first;
        long a0 = start + runs[run];
        long a1 = start + runs[run + 1];
        long a2 = start + runs[run + 2];
        long a3 = start + runs[run + 3];
        long a4 = start + runs[run + 4];
        long a5 = start + runs[run + 5];
        long b = panel + runs[run + ROWS] * 3 * VECTOR;
        long at = 0;
        int leftInRun = length;
        for (int left = count * length; left > 0; left--) {
            FloatVector b0 = load(panels, b);
            FloatVector b1 = load(panels, b + VECTOR);
            FloatVector b2 = load(panels, b + 2 * VECTOR);
            FloatVector a = broadcast(factors, a0 + at);
            c00 = b0.fma(a, c00);
            c01 = b1.fma(a, c01);
            c02 = b2.fma(a, c02);
            a = broadcast(factors, a1 + at);
            c10 = b0.fma(a, c10);
            c11 = b1.fma(a, c11);
            c12 = b2.fma(a, c12);
            a = broadcast(factors, a2 + at);
            c20 = b0.fma(a, c20);
            c21 = b1.fma(a, c21);
            c22 = b2.fma(a, c22);
            a = broadcast(factors, a3 + at);
            c30 = b0.fma(a, c30);
            c31 = b1.fma(a, c31);
            c32 = b2.fma(a, c32);
            a = broadcast(factors, a4 + at);
            c40 = b0.fma(a, c40);
            c41 = b1.fma(a, c41);
            c42 = b2.fma(a, c42);
            a = broadcast(factors, a5 + at);
            c50 = b0.fma(a, c50);
            c51 = b1.fma(a, c51);
            c52 = b2.fma(a, c52);
            at += step;
            b += 3 * VECTOR;
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
                b = panel + runs[run + ROWS] * 3 * VECTOR;
            }
        }
        c00.intoArray(sums, 0);
        c01.intoArray(sums, LANES);
        c02.intoArray(sums, 2 * LANES);
        c10.intoArray(sums, 3 * LANES);
        c11.intoArray(sums, 4 * LANES);
        c12.intoArray(sums, 5 * LANES);
        c20.intoArray(sums, 6 * LANES);
        c21.intoArray(sums, 7 * LANES);
        c22.intoArray(sums, 8 * LANES);
        c30.intoArray(sums, 9 * LANES);
        c31.intoArray(sums, 10 * LANES);
        c32.intoArray(sums, 11 * LANES);
        c40.intoArray(sums, 12 * LANES);
        c41.intoArray(sums, 13 * LANES);
        c42.intoArray(sums, 14 * LANES);
        c50.intoArray(sums, 15 * LANES);
        c51.intoArray(sums, 16 * LANES);
        c52.intoArray(sums, 17 * LANES);
    }
}
