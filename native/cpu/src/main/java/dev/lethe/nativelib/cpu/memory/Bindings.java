package dev.lethe.nativelib.cpu.memory;

import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The memory that the caller has bound to data and results. */
public final class Bindings {
    /** The memory of one tensor; operations keep it and read it in every run. */
    public static final class Binding {
        private final Tensor tensor;
        private @Nullable MemorySegment memory; // the caller's, in the tensor's shape

        private Binding(Tensor tensor) {
            this.tensor = tensor;
        }

        /**
         * Returns the bound memory.
         *
         * @throws IllegalStateException if none is bound
         */
        public MemorySegment memory() {
            MemorySegment bound = memory;
            if (bound == null) {
                throw new IllegalStateException("no memory is bound to " + tensor);
            }
            return bound;
        }
    }

    private final Map<Tensor, Binding> bindings = new LinkedHashMap<>();

    /** Returns the binding of a tensor, the same one before and after memory is bound to it. */
    public Binding of(Tensor tensor) {
        return bindings.computeIfAbsent(tensor, Binding::new);
    }

    /**
     * Binds memory to a tensor.
     *
     * @param anotherWorker any other thread than the caller's, which must have access to the memory too
     */
    public void bind(Tensor tensor, MemorySegment memory, Thread anotherWorker) {
        tensor.requireBindable(memory);
        if (!memory.isAccessibleBy(anotherWorker)) {
            throw new IllegalArgumentException(
                    "memory of a confined arena cannot be bound, workers must reach it: " + tensor);
        }
        of(tensor).memory = memory;
    }
}
