package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.lethe.kernels.tensor.BFloat16;
import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Access to activations in memory: floats, or bfloat16s, which are widened when they are read and rounded to the
 * nearest when they are written. Passes compute in floats. A pass keeps the kind in a local variable that its loops do
 * not change: the JIT then makes a loop for each kind, as fast as a loop written for it alone. It does not do so for a
 * field or a virtual call (docs/decisions/0008-bfloat16.md).
 */
final class Elements {
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class,
            VectorShape.forBitSize(Short.SIZE * LANES));

    private Elements() {}

    /** Tells whether elements of a type are bfloat16s, not floats. */
    static boolean isBFloat16(DType dtype) {
        return switch (dtype) {
            case F32 -> false;
            case BF16 -> true;
            case U8, S32 -> throw new IllegalArgumentException("activations are F32 or BF16, not " + dtype);
        };
    }

    /** Returns the bytes of an element. */
    static long bytes(boolean bfloat16) {
        return bfloat16 ? Short.BYTES : Float.BYTES;
    }

    static FloatVector load(boolean bfloat16, MemorySegment memory, long at) {
        return bfloat16
                ? ((IntVector) ShortVector.fromMemorySegment(SHORTS, memory, at, ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).lanewise(VectorOperators.LSHL, 16)
                        .reinterpretAsFloats()
                : FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER);
    }

    static void store(boolean bfloat16, FloatVector value, MemorySegment memory, long at) {
        if (bfloat16) {
            IntVector bits = value.reinterpretAsInts(); // NaNs of arithmetic stay NaNs: theirs is the upper half
            IntVector rounded = bits.lanewise(VectorOperators.LSHR, 16).and(1).add(0x7FFF).add(bits)
                    .lanewise(VectorOperators.LSHR, 16);
            ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0)).intoMemorySegment(memory, at, ORDER);
        } else {
            value.intoMemorySegment(memory, at, ORDER);
        }
    }

    /** Copies {@code count} elements into an array, for loops that read floats alone. */
    static void toFloats(boolean bfloat16, MemorySegment memory, long at, float[] to, int count) {
        long size = bytes(bfloat16);
        int i = 0;
        for (; i + LANES <= count; i += LANES) {
            load(bfloat16, memory, at + i * size).intoArray(to, i);
        }
        for (; i < count; i++) {
            to[i] = get(bfloat16, memory, at + i * size);
        }
    }

    /** Copies the first {@code count} floats of an array into memory. */
    static void fromFloats(boolean bfloat16, float[] from, MemorySegment memory, long at, int count) {
        long size = bytes(bfloat16);
        int i = 0;
        for (; i + LANES <= count; i += LANES) {
            store(bfloat16, FloatVector.fromArray(SPECIES, from, i), memory, at + i * size);
        }
        for (; i < count; i++) {
            set(bfloat16, memory, at + i * size, from[i]);
        }
    }

    static float get(boolean bfloat16, MemorySegment memory, long at) {
        return bfloat16 ? BFloat16.value(memory.get(JAVA_SHORT, at)) : memory.get(JAVA_FLOAT, at);
    }

    static void set(boolean bfloat16, MemorySegment memory, long at, float value) {
        if (bfloat16) {
            memory.set(JAVA_SHORT, at, BFloat16.bits(value));
        } else {
            memory.set(JAVA_FLOAT, at, value);
        }
    }
}
