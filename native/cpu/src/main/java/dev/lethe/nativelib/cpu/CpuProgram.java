package dev.lethe.nativelib.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.lower.ProductKernels;
import dev.lethe.nativelib.cpu.lower.ProductLibrary;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayouts;
import dev.lethe.nativelib.cpu.memory.WinogradWeightMemory;
import dev.lethe.nativelib.cpu.team.WorkerTeam;
import dev.lethe.nativelib.ffm.HugePageArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program compiled for the CPU. Its methods and the runs of its plans take turns: closing waits for a run to end, and
 * a thread that runs a plan afterwards is refused before it touches freed memory.
 */
final class CpuProgram implements Program {
    /** A thread other than any caller, to test whether memory is accessible to other threads. */
    private static final Thread ANOTHER_THREAD = Thread.ofVirtual().unstarted(() -> {});

    private final ActivationLayout activations;
    private final String owner;
    private final ProductKernels kernels;
    private final HugePageArena arena = HugePageArena.shared();
    private final Bindings bindings = new Bindings();
    private final ParameterMemory parameters;
    private final Map<String, CpuPlan> plans = new LinkedHashMap<>();
    private final ConvolutionAlgorithms algorithms;
    private final WinogradWeightMemory transformed;
    private final long activationBytes;
    private boolean closed;

    CpuProgram(ProgramSpec spec, ActivationLayout activations, ConvolutionAlgorithms algorithms,
            ProductLibrary library, WorkerTeam team) {
        this.algorithms = algorithms;
        this.activations = activations;
        owner = library.owner();
        kernels = library.kernels(team.size());
        try (ProductKernels.Making _ = kernels.making()) {
            parameters = new ParameterMemory(spec,
                    new WeightLayouts(spec, kernels, team.size(), activations, algorithms), arena, team.size());
            transformed = new WinogradWeightMemory(arena);
            List<PlanCompiler> compilers = spec.plans().stream().map(plan -> new PlanCompiler(plan, activations,
                    kernels, parameters, bindings, team, transformed, algorithms)).toList();
            long bytes = compilers.stream().mapToLong(PlanCompiler::describe).max().orElseThrow();
            List<MemorySegment> memories = new ArrayList<>(); // one of each worker: activations packed by lifetime
            for (int worker = 0; worker < team.size(); worker++) {
                memories.add(arena.allocateUninitialized(bytes));
            }
            activationBytes = bytes * team.size();
            compilers.forEach(compiler -> compiler.emit(memories));
            for (PlanCompiler compiler : compilers) {
                compiler.finish(this).forEach(plan -> plans.put(plan.name(), plan));
            }
        } catch (RuntimeException | Error e) {
            closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public synchronized Plan plan(String name) {
        requireOpen();
        CpuPlan plan = plans.get(name);
        if (plan == null) {
            throw new IllegalArgumentException("no plan " + name + ": the program has " + plans.keySet());
        }
        return plan;
    }

    @Override
    public synchronized void bind(Tensor tensor, MemorySegment memory) {
        requireOpen();
        bindings.bind(tensor, memory, ANOTHER_THREAD);
    }

    @Override
    public synchronized void upload(Tensor data) {
        requireOpen(); // plans read the bound memory itself
    }

    @Override
    public synchronized void download(Tensor result) {
        requireOpen(); // plans write the bound memory itself
    }

    @Override
    public synchronized void clear(Tensor result) {
        requireOpen();
        bindings.of(result).memory().asSlice(0, result.bytes()).fill((byte) 0);
    }

    @Override
    public synchronized float[] read(Tensor tensor) {
        requireOpen();
        float[] values = new float[Math.toIntExact(tensor.shape().elements())]; // in the tensor's shape, row-major
        if (tensor.role() == Role.ACTIVATION) {
            slicesOf(tensor).forEach(worker -> worker.read(tensor, values));
            return values;
        }
        ParameterMemory.Slot slot = parameters.slot(tensor);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment plain = scratch.allocate(slot.plain().bytes(), Long.BYTES);
            kernels.copyNow(slot.layout(), new ParameterMemory.Place(parameters.block(tensor), slot.offset()),
                    slot.plain(), new ParameterMemory.Place(plain, 0));
            MemorySegment.copy(plain, JAVA_FLOAT, 0, values, 0, values.length);
        }
        return values;
    }

    @Override
    public synchronized void write(Tensor tensor, float[] values) {
        requireOpen();
        tensor.requireElements(values.length);
        if (tensor.role() == Role.ACTIVATION) {
            slicesOf(tensor).forEach(worker -> worker.write(tensor, values));
            return;
        }
        ParameterMemory.Slot slot = parameters.slot(tensor);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment plain = scratch.allocate(slot.plain().bytes(), Long.BYTES);
            MemorySegment.copy(values, 0, plain, JAVA_FLOAT, 0, values.length);
            ParameterMemory.Place kept = new ParameterMemory.Place(parameters.block(tensor), slot.offset());
            kernels.copyNow(slot.plain(), new ParameterMemory.Place(plain, 0), slot.layout(), kept);
            for (ParameterMemory.Derived copy : parameters.derived()) {
                if (copy.parameter().equals(tensor)) {
                    kernels.copyNow(slot.layout(), kept, copy.layout(), new ParameterMemory.Place(copy.memory(), 0));
                }
            }
        }
    }

    private Stream<WorkerPlan> slicesOf(Tensor activation) {
        CpuPlan plan = plans.values().stream().filter(p -> p.uses(activation)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the program has no " + activation));
        return plan.workers().stream().filter(worker -> worker.slice().examples() > 0);
    }

    @Override
    public String kernels() {
        return owner + ", " + activations.label();
    }

    @Override
    public Map<String, ConvolutionAlgorithm> convolutions() {
        return Collections.unmodifiableMap(algorithms.byName());
    }

    /** Touches all memory of activations, so that the first run does not wait for the system to provide it. */
    void touchActivations() {
        plans.values().stream().flatMap(plan -> plan.workers().stream())
                .forEach(worker -> worker.memory().fill((byte) 0));
    }

    @Override
    public MemoryUse memory() {
        return new MemoryUse(parameters.parameterBytes(), parameters.gradientBytes(),
                activationBytes + transformed.allocated());
    }

    private void requireOpen() {
        if (closed) {
            throw closed();
        }
    }

    static IllegalStateException closed() {
        return new IllegalStateException("this program is closed");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (arena; kernels) { // closed in the opposite order, whatever fails
                plans.values().forEach(CpuPlan::close);
            }
        }
    }
}
