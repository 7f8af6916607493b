package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The data and results of a program: memory on the device for each, and the caller's memory that it copies. */
final class BoundTables {
    private final Device device;
    private final Map<Tensor, Long> addresses = new HashMap<>(); // on the device, in the tensor's shape
    private final Map<Tensor, MemorySegment> bound = new HashMap<>(); // the caller's memory, in the tensor's shape

    BoundTables(ProgramSpec spec, Device device, DeviceArena arena) {
        this.device = device;
        Set<Tensor> images = ImageTables.imagesOf(spec); // whether they fit is seen later
        for (Tensor tensor : spec.tensors()) {
            if (images.contains(tensor)) {
                continue;
            }
            if (tensor.role() == Role.DATA || tensor.role() == Role.RESULT) {
                addresses.put(tensor, arena.allocate(tensor.bytes()));
            }
        }
    }

    /** Gives a table its memory on the device; a table without any stays on the host. */
    void place(Tensor table, long address) {
        addresses.put(table, address);
    }

    long address(Tensor table) {
        Long address = addresses.get(table);
        if (address == null) {
            throw new IllegalArgumentException("the program has no " + table);
        }
        return address;
    }

    /** Binds the caller's memory to a table; data are copied to the device. */
    void bind(Tensor table, MemorySegment memory) {
        table.requireBindable(memory);
        bound.put(table, memory.asSlice(0, table.bytes()));
        if (table.role() == Role.DATA) {
            upload(table);
        }
    }

    /** Copies data to the device, unless they have no memory there. */
    void upload(Tensor data) {
        if (addresses.containsKey(data)) {
            device.upload(memory(data), address(data));
        }
    }

    void download(Tensor result) {
        device.download(address(result), memory(result));
    }

    void clear(Tensor result) {
        device.clear(address(result), result.bytes());
    }

    /** Verifies that all data and results of a plan are bound. */
    void requireBound(PlanSpec plan) {
        plan.tensors().stream().filter(tensor -> tensor.role() == Role.DATA || tensor.role() == Role.RESULT)
                .forEach(this::memory);
    }

    /** Returns the caller's memory. */
    MemorySegment memory(Tensor table) {
        MemorySegment memory = bound.get(table);
        if (memory == null) {
            throw new IllegalStateException("no memory is bound to " + table);
        }
        return memory;
    }
}
