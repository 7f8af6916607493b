package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;

import dev.lethe.kernels.DType;
import java.lang.foreign.MemorySegment;

/** Multiplies contiguous elements by a number; input and output may be the same memory. Offsets are in bytes. */
public final class ScalePass {
    private ScalePass() {}

    /** {@code output = factor * input} over {@code count} elements of the types {@code from} and {@code to}. */
    public static void run(DType from, DType to, MemorySegment memory, long input, long output, float factor,
            long count) {
        boolean halfFrom = Elements.half(from);
        boolean halfTo = Elements.half(to);
        long sizeFrom = Elements.bytes(halfFrom);
        long sizeTo = Elements.bytes(halfTo);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(halfTo, Elements.load(halfFrom, memory, input + i * sizeFrom).mul(factor), memory,
                    output + i * sizeTo);
        }
        for (; i < count; i++) {
            Elements.set(halfTo, memory, output + i * sizeTo,
                    Elements.get(halfFrom, memory, input + i * sizeFrom) * factor);
        }
    }
}
