package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.Op;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A compiled plan: one list of operations a worker. */
final class OneDnnPlan implements Plan, WorkerTeam.Task {
    private final PlanSpec spec;
    private final WorkerTeam team;
    private final List<WorkerPlan> workers;
    private final WorkerOp[][] ops;
    private int position;
    private int step;

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

    @Override
    public String describe() {
        List<String> lines = new ArrayList<>();
        List<Lowered> lowered = workers.getFirst().lowered();
        int next = 0;
        for (Op op : spec.ops()) {
            String implementation = op instanceof Op.SgdStep ? "vector:sgd" : lowered.get(next++).implementation();
            lines.add("%-28s %s".formatted(op.getClass().getSimpleName(), implementation));
        }
        return String.join("\n", lines);
    }
}
