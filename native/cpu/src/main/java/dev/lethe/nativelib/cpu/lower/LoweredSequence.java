package dev.lethe.nativelib.cpu.lower;

import java.util.List;

/**
 * A sequence of implementations that compute one operation.
 *
 * @param parts implementations in order, none of which has a barrier
 */
public record LoweredSequence(List<LoweredOp> parts) implements LoweredOp {
    public LoweredSequence {
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
