package dev.lethe.nativelib.onednn;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;

/** An address for the library; the memory behind it belongs to someone else. */
final class NativeAddress extends Pointer {
    NativeAddress(MemorySegment segment, long offset) {
        address = segment.address() + offset;
    }
}
