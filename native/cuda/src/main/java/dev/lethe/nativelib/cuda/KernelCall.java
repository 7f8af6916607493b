package dev.lethe.nativelib.cuda;

import java.lang.foreign.MemorySegment;

/** A call of a loaded kernel with its arguments; it reads and writes tensors of {@code bytes} bytes. */
record KernelCall(Device device, String kernel, Grid grid, MemorySegment arguments, long bytes) implements DeviceCall {
    @Override
    public void enqueue() {
        device.launch(kernel, grid, arguments);
    }

    @Override
    public String kind() {
        return kernel;
    }

    @Override
    public String toString() {
        return "kernel " + kernel + " of " + grid.x() + " x " + grid.y() + " blocks";
    }
}
