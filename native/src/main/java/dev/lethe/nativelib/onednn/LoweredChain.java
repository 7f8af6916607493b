package dev.lethe.nativelib.onednn;

import java.util.List;

/** Several implementations, one after the other, that make one operation. */
record LoweredChain(List<Lowered> parts) implements Lowered {
    LoweredChain {
        parts = List.copyOf(parts);
    }

    @Override
    public void planBuffers(WorkerPlan plan, int index) {
        parts.forEach(part -> part.planBuffers(plan, index));
    }

    @Override
    public void emit(WorkerPlan plan) {
        parts.forEach(part -> part.emit(plan));
    }
}
