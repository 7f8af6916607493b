package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** The memory that the caller has bound to data and results. */
final class Bindings {
    /** Stands for one tensor; operations keep it and read it in every run. */
    static final class Binding {
        private final Tensor tensor;
        private MemorySegment memory;

        private Binding(Tensor tensor) {
            this.tensor = tensor;
        }

        MemorySegment memory() {
            if (memory == null) {
                throw new IllegalStateException("no memory is bound to " + tensor);
            }
            return memory;
        }
    }

    private final Map<Tensor, Binding> bindings = new LinkedHashMap<>();

    Binding of(Tensor tensor) {
        return bindings.computeIfAbsent(tensor, Binding::new);
    }

    void bind(Tensor tensor, MemorySegment memory, Thread anotherWorker) {
        tensor.requireBindable(memory);
        if (!memory.isAccessibleBy(anotherWorker)) {
            throw new IllegalArgumentException(
                    "memory of a confined arena cannot be bound, workers must reach it: " + tensor);
        }
        of(tensor).memory = memory;
    }
}
