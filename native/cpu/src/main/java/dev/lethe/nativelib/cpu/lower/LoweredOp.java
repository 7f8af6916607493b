package dev.lethe.nativelib.cpu.lower;

/** An operation for one worker's slice of the batch: it first plans its buffers, then it is emitted. */
public interface LoweredOp {
    /** Plans the buffers that the operation needs beside its tensors. */
    void planBuffers(WorkerPlan plan, int index);

    /** Adds the worker's operations to its plan. */
    void emit(WorkerPlan plan);

    /** Tells whether the operation has a second part that begins when all workers are done with the first. */
    default boolean hasBarrier() {
        return false;
    }

    /** Adds the worker's operations after the barrier. */
    default void emitAfterBarrier(WorkerPlan plan) {
        throw new IllegalStateException("this operation has no barrier");
    }
}
