package dev.lethe.nativelib.onednn;

/** One thing a worker does in a run of a plan; allocates nothing. */
@FunctionalInterface
interface WorkerOp {
    /** See {@link dev.lethe.kernels.Plan#run}. */
    void run(int position, int step);
}
