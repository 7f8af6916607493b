package dev.lethe.nativelib.cpu.team;

/** One thing that a worker does in a run of a plan; it allocates nothing. */
@FunctionalInterface
public interface WorkerOp {
    /** See {@link dev.lethe.kernels.Plan#run}. */
    void run(int position, int step);
}
