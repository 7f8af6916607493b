package dev.lethe.nativelib.cpu.lower;

/** An operation for one worker's slice of the batch: first it says which buffers it needs, then it is emitted. */
public interface LoweredOp {
    /** Plans the buffers that it needs beside its tensors. */
    void planBuffers(WorkerPlan plan, int index);

    /** Adds what the worker does to its plan. */
    void emit(WorkerPlan plan);

    /** Whether all workers must be done with what was emitted before the rest may begin. */
    default boolean hasBarrier() {
        return false;
    }

    /** Adds what the worker does after the barrier. */
    default void emitAfterBarrier(WorkerPlan plan) {
        throw new IllegalStateException("this operation has no barrier");
    }
}
