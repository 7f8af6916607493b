package dev.lethe.nativelib.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A builder of the structure that a kernel takes, field after field, each aligned to its size as in C. */
final class KernelArguments {
    private static final int MOST_BYTES = 512;

    private final MemorySegment memory; // the structure's bytes
    private long bytes;
    private long alignment = 1;

    private KernelArguments(Arena arena) {
        memory = arena.allocate(MOST_BYTES, Long.BYTES);
    }

    static KernelArguments in(Arena arena) {
        return new KernelArguments(arena);
    }

    /** Adds an address on the device, which may be 0, or a 64-bit integer. */
    KernelArguments with(long value) {
        memory.set(ValueLayout.JAVA_LONG, place(Long.BYTES), value);
        return this;
    }

    KernelArguments with(int value) {
        memory.set(ValueLayout.JAVA_INT, place(Integer.BYTES), value);
        return this;
    }

    KernelArguments with(boolean value) {
        return with(value ? 1 : 0);
    }

    KernelArguments with(float value) {
        memory.set(ValueLayout.JAVA_FLOAT, place(Float.BYTES), value);
        return this;
    }

    KernelArguments with(double value) {
        memory.set(ValueLayout.JAVA_DOUBLE, place(Double.BYTES), value);
        return this;
    }

    KernelArguments with(Partials partials) {
        return with(partials.sums()).with(partials.arrived());
    }

    private long place(int size) {
        long offset = align(bytes, size);
        bytes = offset + size;
        alignment = Math.max(alignment, size);
        return offset;
    }

    private static long align(long offset, long to) {
        return (offset + to - 1) / to * to;
    }

    /** Returns the structure, padded at its end like a C structure. */
    MemorySegment build() {
        return memory.asSlice(0, align(bytes, alignment));
    }
}
