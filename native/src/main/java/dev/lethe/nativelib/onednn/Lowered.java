package dev.lethe.nativelib.onednn;

/** An operation for one worker's share: first it says which buffers it needs, then it is emitted. */
interface Lowered {
    /** Plans the buffers that it needs beside its tensors. */
    void planBuffers(WorkerPlan plan, int index);

    /** Adds what the worker does to its plan. */
    void emit(WorkerPlan plan);
}
