package dev.lethe.nativelib.cpu;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import dev.lethe.nativelib.cpu.team.WorkerTeam;
import java.util.List;

/** A compiled plan: a list of operations for each worker. */
final class CpuPlan implements Plan, WorkerTeam.Task {
    private final PlanSpec spec;
    private final WorkerTeam team;
    private final Object turns; // one use of the program at a time
    private final List<WorkerPlan> workers;
    private final WorkerOp[][] ops;
    private int position;
    private int step;
    private boolean closed;

    /**
     * Makes a plan.
     *
     * @param workers places of activations in the memory of each worker
     * @param ops operations of each worker
     * @param turns lock that runs hold
     */
    CpuPlan(PlanSpec spec, List<WorkerPlan> workers, WorkerOp[][] ops, WorkerTeam team, Object turns) {
        this.spec = spec;
        this.team = team;
        this.turns = turns;
        this.workers = List.copyOf(workers);
        this.ops = ops.clone();
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public int batch() {
        return spec.batch();
    }

    boolean uses(Tensor tensor) {
        return spec.tensors().contains(tensor);
    }

    List<WorkerPlan> workers() {
        return workers;
    }

    @Override
    public void run(int fromPosition, int atStep) {
        synchronized (turns) {
            if (closed) {
                throw CpuProgram.closed();
            }
            position = fromPosition;
            step = atStep;
            team.run(this);
        }
    }

    @Override
    public void run(int worker) {
        for (WorkerOp op : ops[worker]) {
            op.run(position, step);
        }
    }

    /** Refuses later runs, whose memory is freed. The caller has the lock. */
    void close() {
        closed = true;
    }
}
