package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Tensor;
import java.util.List;

/** A compiled plan: one list of operations a worker. */
final class OneDnnPlan implements Plan, WorkerTeam.Task {
    private final PlanSpec spec;
    private final WorkerTeam team;
    private final List<WorkerPlan> workers;
    private final WorkerOp[][] ops;
    private int position;
    private int step;
    private boolean closed;

    OneDnnPlan(PlanSpec spec, List<WorkerPlan> workers, WorkerTeam team) {
        this.spec = spec;
        this.team = team;
        this.workers = List.copyOf(workers);
        ops = workers.stream().map(WorkerPlan::ops).toArray(WorkerOp[][]::new);
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
        if (closed) {
            throw OneDnnProgram.closed();
        }
        position = fromPosition;
        step = atStep;
        team.run(this);
    }

    @Override
    public void run(int worker) {
        for (WorkerOp op : ops[worker]) {
            op.run(position, step);
        }
    }

    /** Later runs are refused: what they would use is freed. */
    void close() {
        closed = true;
    }
}
