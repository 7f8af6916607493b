package dev.lethe.nativelib.cpu.team;

/** An operation of a worker in a run of a plan; it allocates nothing. */
@FunctionalInterface
public interface WorkerOp {
    /** Runs the operation, with the arguments of {@link dev.lethe.kernels.Plan#run}. */
    void run(int position, int step);
}
