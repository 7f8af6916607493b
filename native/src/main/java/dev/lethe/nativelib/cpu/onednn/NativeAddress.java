package dev.lethe.nativelib.cpu.onednn;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;

/** An address for the library; the memory behind it belongs to someone else. */
public final class NativeAddress extends Pointer {
    /** Makes the address of a byte of a segment, which the caller keeps alive. */
    public NativeAddress(MemorySegment segment, long offset) {
        address = segment.address() + offset;
    }
}
