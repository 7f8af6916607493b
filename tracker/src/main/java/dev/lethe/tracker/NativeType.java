package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A hint for the compiler that a segment is off-heap.
 * <p>
 * The accessors of {@link MemorySegment} dispatch on the kind of segment, with one type profile for the whole JVM. Once
 * a program has also used segments over two kinds of arrays, anywhere, the compiler gives up on the profile and each
 * access pays virtual calls: recording a presentation takes twice as long. A cast to a constant class settles the kind
 * again.
 */
final class NativeType {
    private static final Class<? extends MemorySegment> NATIVE = Arena.global().allocate(1).getClass();

    private NativeType() {}

    /** Returns the same segment, cast to the class of off-heap segments where it is one. */
    static MemorySegment of(MemorySegment segment) {
        return NATIVE.isInstance(segment) ? NATIVE.cast(segment) : segment;
    }
}
