package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ResourceStack;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** An arena of device memory, which is freed together. */
final class DeviceArena implements AutoCloseable {
    private final Device device;
    private final List<Long> addresses = new ArrayList<>();
    private long bytes;

    DeviceArena(Device device) {
        this.device = device;
    }

    /** Allocates memory that is all zero and returns its address; 0 for no bytes. */
    long allocate(long count) {
        if (count == 0) {
            return 0;
        }
        long address = device.allocate(count);
        addresses.add(address);
        bytes += count;
        return address;
    }

    /** Allocates memory with contents and returns its address. */
    long holding(MemorySegment contents) {
        long address = allocate(contents.byteSize());
        device.upload(contents, address);
        return address;
    }

    long allocated() {
        return bytes;
    }

    @Override
    public void close() {
        try (ResourceStack freeing = new ResourceStack()) { // each, whatever fails
            addresses.forEach(address -> freeing.own(address, device::free));
            addresses.clear();
        }
    }
}
