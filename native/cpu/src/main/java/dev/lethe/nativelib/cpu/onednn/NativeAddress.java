package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;

/** An address for the library; the memory behind it belongs to someone else. */
final class NativeAddress extends Pointer {
    /** Makes the address of a byte of a segment, which the caller keeps alive. */
    NativeAddress(MemorySegment segment, long offset) {
        address = segment.address() + offset;
    }

    /** Returns the address of a place in the memory of parameters or of a worker. */
    static NativeAddress of(ParameterMemory.Place place) {
        return new NativeAddress(place.block(), place.offset());
    }
}
