package dev.lethe.nativelib.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayouts;
import dev.lethe.nativelib.cpu.memory.WinogradWeightMemory;
import dev.lethe.nativelib.cpu.onednn.NativeAddress;
import dev.lethe.nativelib.cpu.onednn.NativeHandles;
import dev.lethe.nativelib.cpu.onednn.PrimitiveCall;
import dev.lethe.nativelib.cpu.team.OpenMp;
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
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;

/**
 * A program compiled for the CPU. Its methods and the runs of its plans take turns: closing waits for a run to end, and
 * a thread that runs a plan afterwards is refused before it touches memory that is gone.
 */
final class CpuProgram implements Program {
    /** Stands for any thread but the caller's, to ask whether memory is reachable from it. */
    private static final Thread ANOTHER_THREAD = Thread.ofVirtual().unstarted(() -> {});

    private final engine engine;
    private final ActivationLayout activations;
    private final NativeHandles handles = new NativeHandles();
    private final HugePageArena arena = HugePageArena.shared();
    private final Bindings bindings = new Bindings();
    private final ParameterMemory parameters;
    private final Map<String, CpuPlan> plans = new LinkedHashMap<>();
    private final stream callerStream;
    private final ConvolutionAlgorithms algorithms;
    private final WinogradWeightMemory transformed;
    private final long activationBytes;
    private boolean closed;

    CpuProgram(ProgramSpec spec, ActivationLayout activations, ConvolutionAlgorithms algorithms, engine engine,
            WorkerTeam team) {
        this.algorithms = algorithms;
        this.engine = engine;
        this.activations = activations;
        OpenMp.useCallingThreadOnly(); // primitives are made for the number of threads that will run them
        try (PointerScope _ = new PointerScope()) {
            callerStream = handles.own(new stream(engine));
            parameters = new ParameterMemory(spec,
                    new WeightLayouts(spec, engine, team.size(), activations, algorithms), arena,
                    handles,
                    team.size());
            transformed = new WinogradWeightMemory(arena);
            List<stream> streams = new ArrayList<>();
            for (int worker = 0; worker < team.size(); worker++) {
                streams.add(handles.own(new stream(engine)));
            }
            List<PlanCompiler> compilers = spec.plans().stream()
                    .map(plan -> new PlanCompiler(plan, activations, engine, handles, parameters, bindings, team,
                            streams, transformed, algorithms))
                    .toList();
            long bytes = compilers.stream().mapToLong(PlanCompiler::describe).max().orElseThrow();
            List<MemorySegment> memories = new ArrayList<>();
            for (int worker = 0; worker < team.size(); worker++) {
                memories.add(arena.allocateUninitialized(bytes));
            }
            activationBytes = bytes * team.size();
            compilers.forEach(compiler -> compiler.emit(memories));
            for (int i = 0; i < compilers.size(); i++) {
                PlanSpec plan = spec.plans().get(i);
                plans.put(plan.name(), compilers.get(i).finish(this));
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
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        if (tensor.role() == Role.ACTIVATION) {
            slicesOf(tensor).forEach(worker -> worker.read(tensor, values));
            return values;
        }
        ParameterMemory.Slot slot = parameters.slot(tensor);
        try (PointerScope _ = new PointerScope(); Arena scratch = Arena.ofConfined()) {
            MemorySegment plain = scratch.allocate(slot.plain().get_size(), Long.BYTES);
            reorder(slot.layout(), new NativeAddress(parameters.block(tensor), slot.offset()), slot.plain(),
                    new NativeAddress(plain, 0));
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
        try (PointerScope _ = new PointerScope(); Arena scratch = Arena.ofConfined()) {
            MemorySegment plain = scratch.allocate(slot.plain().get_size(), Long.BYTES);
            MemorySegment.copy(values, 0, plain, JAVA_FLOAT, 0, values.length);
            NativeAddress kept = new NativeAddress(parameters.block(tensor), slot.offset());
            reorder(slot.plain(), new NativeAddress(plain, 0), slot.layout(), kept);
            for (ParameterMemory.Derived copy : parameters.derived()) {
                if (copy.parameter().equals(tensor)) {
                    reorder(slot.layout(), kept, copy.layout(), new NativeAddress(copy.memory(), 0));
                }
            }
        }
    }

    private void reorder(memory.desc from, NativeAddress source, memory.desc to, NativeAddress target) {
        OpenMp.useCallingThreadOnly();
        try (NativeHandles once = new NativeHandles()) {
            PrimitiveCall.reorder(engine, once, callerStream, from, source, to, target).run(0, 0);
        }
    }

    private Stream<WorkerPlan> slicesOf(Tensor activation) {
        CpuPlan plan = plans.values().stream().filter(p -> p.uses(activation)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the program has no " + activation));
        return plan.workers().stream().filter(worker -> worker.slice().examples() > 0);
    }

    @Override
    public String kernels() {
        return activations.kernels();
    }

    @Override
    public Map<String, ConvolutionAlgorithm> convolutions() {
        return Collections.unmodifiableMap(algorithms.byName());
    }

    /** Makes the system give all memory of activations, so that the first run is not slower for it. */
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
            try (arena; handles) { // closed in the opposite order, whatever fails
                plans.values().forEach(CpuPlan::close);
            }
        }
    }
}
