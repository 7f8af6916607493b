package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Access to native memory in loops over vectors. {@link #of} tells the JIT that a segment is native. Once a JVM has
 * used segments of arrays too, code for any segment checks its kind at every access and grows so large that vectors are
 * boxed; a cast to the class of native segments before a loop checks it once.
 */
public final class NativeMemory {
    private static final Class<? extends MemorySegment> NATIVE = Arena.global().allocate(1).getClass();

    private NativeMemory() {}

    /**
     * Returns the segment as one known to be native.
     *
     * @throws ClassCastException if it is not native
     */
    public static MemorySegment of(MemorySegment segment) {
        return NATIVE.cast(segment);
    }

    /** Sets {@code bytes} bytes from byte {@code at} on to zero, without allocating a slice. */
    public static void clear(MemorySegment segment, long at, long bytes) {
        MemorySegment memory = of(segment);
        FloatVector zero = FloatVector.zero(SPECIES);
        long i = 0;
        for (; i + LANES * BYTES <= bytes; i += LANES * BYTES) {
            zero.intoMemorySegment(memory, at + i, ORDER);
        }
        for (; i < bytes; i++) {
            memory.set(JAVA_BYTE, at + i, (byte) 0);
        }
    }
}
