package dev.lethe.nativelib.cpu;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.lower.BatchLastLowering;
import dev.lethe.nativelib.cpu.lower.BatchNormLowering;
import dev.lethe.nativelib.cpu.lower.GradientNorm;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.Lowering;
import dev.lethe.nativelib.cpu.lower.OptimizerStep;
import dev.lethe.nativelib.cpu.lower.ProductKernels;
import dev.lethe.nativelib.cpu.lower.WinogradLowering;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WinogradWeightMemory;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerExchange;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import dev.lethe.nativelib.cpu.team.WorkerTeam;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The compiler of one plan into the operations of each worker. It takes three steps, which all plans of a program make
 * together: describe, which tells the memory that is needed; emit, when there is memory; finish, when all derived
 * copies of parameters are known.
 */
final class PlanCompiler {
    private final PlanSpec spec;
    private final ActivationLayout activations;
    private final ProductKernels kernels;
    private final ParameterMemory parameters;
    private final Bindings bindings;
    private final WorkerTeam team;
    private final WinogradWeightMemory transformed;
    private final ConvolutionAlgorithms algorithms;
    private final List<WorkerPlan> workers = new ArrayList<>();
    private final WorkerExchange exchange;
    private final List<int[]> pauses = new ArrayList<>(); // (workers): operations of each before the pause
    private boolean gradientsToSum;
    private boolean slicesRun;

    PlanCompiler(PlanSpec spec, ActivationLayout activations, ProductKernels kernels, ParameterMemory parameters,
            Bindings bindings, WorkerTeam team, WinogradWeightMemory transformed, ConvolutionAlgorithms algorithms) {
        this.spec = spec;
        this.activations = activations;
        this.kernels = kernels;
        this.parameters = parameters;
        this.bindings = bindings;
        this.team = team;
        this.transformed = transformed;
        this.algorithms = algorithms;
        exchange = new WorkerExchange(Math.min(spec.batch(), team.size()));
        for (int worker = 0; worker < team.size(); worker++) {
            workers.add(new WorkerPlan(BatchSlice.of(spec.batch(), worker, team.size()), activations));
        }
    }

    private List<WorkerPlan> contributors() {
        return workers.stream().filter(worker -> worker.slice().examples() > 0).toList();
    }

    /** Chooses implementations and returns the bytes of activations that the worker with the most needs. */
    long describe() {
        for (WorkerPlan worker : contributors()) {
            Function<Op, LoweredOp> lowering = lowering(worker.slice());
            planActivations(worker);
            for (int i = 0; i < spec.ops().size(); i++) {
                if (isOfSlices(spec.ops().get(i))) {
                    LoweredOp lowered = lowering.apply(spec.ops().get(i));
                    lowered.planBuffers(worker, i);
                    worker.lowered().add(lowered);
                }
            }
        }
        return contributors().stream().mapToLong(WorkerPlan::layOut).max().orElseThrow();
    }

    /** Tells whether each worker does an operation on its slice of the batch. */
    private static boolean isOfSlices(Op op) {
        return !(op instanceof OptimizerOp) && !(op instanceof Pause);
    }

    private Function<Op, LoweredOp> lowering(BatchSlice slice) {
        return switch (activations) {
            case CHANNELS_LAST -> new Lowering(kernels, parameters, bindings, slice,
                    new BatchNormLowering(parameters, exchange, slice),
                    new WinogradLowering(kernels, parameters, transformed, slice, contributors().size()),
                    algorithms)::lower;
            case BATCH_LAST -> new BatchLastLowering(kernels, parameters, bindings, slice)::lower;
        };
    }

    /**
     * Plans the lifetimes of activations: those that no operation writes live from the start, since the caller writes
     * them, and those that none reads live to the end, since the caller reads them.
     */
    private void planActivations(WorkerPlan worker) {
        Set<Tensor> read = spec.ops().stream().flatMap(op -> op.reads().stream()).collect(Collectors.toSet());
        Set<Tensor> written = spec.ops().stream().flatMap(op -> op.writes().stream()).collect(Collectors.toSet());
        for (int i = 0; i < spec.ops().size(); i++) {
            for (Tensor tensor : tensors(spec.ops().get(i))) {
                worker.planner().use(tensor, worker.bytes(tensor), i);
                if (!written.contains(tensor)) {
                    worker.planner().use(tensor, worker.bytes(tensor), -1);
                }
                if (!read.contains(tensor)) {
                    worker.planner().use(tensor, worker.bytes(tensor), spec.ops().size());
                }
            }
        }
    }

    private static List<Tensor> tensors(Op op) {
        List<Tensor> tensors = new ArrayList<>(op.reads());
        tensors.addAll(op.writes());
        return tensors.stream().filter(tensor -> tensor.role() == Role.ACTIVATION).distinct().toList();
    }

    /**
     * Emits all operations.
     *
     * @param memories block of memory for each worker's activations
     */
    void emit(List<MemorySegment> memories) {
        for (WorkerPlan worker : workers) {
            worker.place(memories.get(worker.slice().worker()));
        }
        int next = 0;
        for (Op op : spec.ops()) {
            if (op instanceof OptimizerOp optimizerOp) {
                emit(optimizerOp);
                continue;
            }
            if (!isOfSlices(op)) {
                pauses.add(workers.stream().mapToInt(worker -> worker.ops().length).toArray());
                continue;
            }
            int index = next;
            contributors().forEach(worker -> worker.lowered().get(index).emit(worker));
            if (contributors().getFirst().lowered().get(index).hasBarrier()) {
                barrier();
                contributors().forEach(worker -> worker.lowered().get(index).emitAfterBarrier(worker));
            }
            slicesRun = true;
            gradientsToSum |= op.writes().stream().anyMatch(tensor -> tensor.role() == Role.GRADIENT);
            next++;
        }
        if (gradientsToSum) {
            sumGradients();
        }
    }

    private void emit(OptimizerOp op) {
        switch (op) {
            case OptimizerOp.Update update -> update(update);
            case OptimizerOp.Accumulate accumulate -> {
                sumGradients();
                everyone(worker -> OptimizerStep.accumulate(accumulate, parameters, worker, team.size()));
            }
            case OptimizerOp.Clear clear ->
                everyone(worker -> OptimizerStep.clear(clear, parameters, worker, team.size()));
            case OptimizerOp.Average average -> {
                sumGradients();
                everyone(worker -> OptimizerStep.average(average, parameters, worker, team.size()));
            }
            case OptimizerOp.Lookahead lookahead -> {
                sumGradients();
                everyone(worker -> OptimizerStep.lookahead(lookahead, parameters, bindings, worker, team.size()));
            }
            case OptimizerOp.Swap swap -> {
                sumGradients();
                everyone(worker -> OptimizerStep.swap(swap, parameters, worker, team.size()));
            }
        }
    }

    private void update(OptimizerOp.Update op) {
        Optional<GradientNorm> norm = Optional.of(new GradientNorm(op.clipNorm(), team.size()))
                .filter(_ -> op.clipNorm() > 0);
        if (norm.isPresent()) {
            int contributors = waitForSlices();
            everyone(worker -> OptimizerStep.squareGradients(op, norm.get(), parameters, contributors, worker,
                    team.size()));
            barrier();
        } else {
            sumGradients();
        }
        everyone(worker -> OptimizerStep.update(op, norm, parameters, bindings, worker, team.size()));
    }

    private void sumGradients() {
        int contributors = waitForSlices();
        if (contributors > 1) {
            everyone(worker -> OptimizerStep.sumGradients(parameters, contributors, worker, team.size()));
        }
    }

    /**
     * Lets the workers wait for each other after the work on their slices, and returns the number of partial gradients.
     */
    private int waitForSlices() {
        if (slicesRun && team.size() > 1) {
            barrier();
        }
        slicesRun = false;
        int summands = gradientsToSum ? contributors().size() : 1;
        gradientsToSum = false;
        return summands;
    }

    private void barrier() {
        everyone(_ -> (_, _) -> team.await());
    }

    private void everyone(IntFunction<WorkerOp> op) {
        workers.forEach(worker -> worker.add(op.apply(worker.slice().worker())));
    }

    /**
     * Adds the renewal of derived copies if the plan changes parameters, and returns the plan, or its parts.
     *
     * @param turns lock that runs of the plan hold
     */
    List<CpuPlan> finish(Object turns) {
        boolean changes = spec.ops().stream().flatMap(op -> op.writes().stream())
                .anyMatch(tensor -> tensor.role() == Role.PARAMETER);
        if (changes && !parameters.derived().isEmpty()) {
            barrier();
            refreshDerived();
        }
        List<PlanSpec> parts = spec.parts();
        pauses.add(workers.stream().mapToInt(worker -> worker.ops().length).toArray());
        return IntStream.range(0, parts.size())
                .mapToObj(i -> new CpuPlan(parts.get(i), workers, opsOfPart(i), team, turns)).toList();
    }

    private WorkerOp[][] opsOfPart(int part) {
        WorkerOp[][] ops = new WorkerOp[team.size()][];
        for (int worker = 0; worker < ops.length; worker++) {
            int first = part == 0 ? 0 : pauses.get(part - 1)[worker];
            ops[worker] = Arrays.copyOfRange(workers.get(worker).ops(), first, pauses.get(part)[worker]);
        }
        return ops;
    }

    /** Adds the renewal of derived copies: the largest first, each to the worker with the least to do. */
    private void refreshDerived() {
        long[] load = new long[team.size()]; // (workers): bytes to copy
        parameters.derived().stream()
                .sorted(Comparator.comparingLong((ParameterMemory.Derived d) -> d.memory().byteSize()).reversed())
                .forEach(copy -> {
                    int least = 0;
                    for (int worker = 1; worker < load.length; worker++) {
                        least = load[worker] < load[least] ? worker : least;
                    }
                    load[least] += copy.memory().byteSize();
                    WorkerPlan worker = workers.get(least);
                    worker.add(refresh(copy, least));
                });
    }

    private WorkerOp refresh(ParameterMemory.Derived copy, int worker) {
        ParameterMemory.Slot slot = parameters.slot(copy.parameter());
        return kernels.copy(slot.layout(),
                new ParameterMemory.Place(parameters.block(copy.parameter().role()), slot.offset()), copy.layout(),
                new ParameterMemory.Place(copy.memory(), 0), worker);
    }
}
