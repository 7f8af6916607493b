package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.tensor.BFloat16;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program on a device. All its device memory is allocated when it is made. Its methods and the runs of its plans hold
 * the lock of the device, so that programs of one device take turns, and closing waits for a run to end.
 */
final class CudaProgram implements Program {
    private static final int PLACE_BYTES = 2 * Integer.BYTES; // position and step

    private final Device device;
    private final Arena arguments = Arena.ofShared();
    private final DeviceArena memory;
    private final DeviceArena activationMemory;
    private final StorageLayouts layouts;
    private final ParameterBlocks parameters;
    private final BoundTables tables;
    private ImageTables images; // null while there are none
    private final Map<String, CudaPlan> plans = new LinkedHashMap<>();
    private final boolean tensorCores; // for floats
    private long activations;
    private boolean closed;

    /**
     * Compiles a program.
     *
     * @param reserve bytes that images leave free on the device
     */
    CudaProgram(ProgramSpec spec, Device device, long reserve) {
        this.device = device;
        tensorCores = spec.activationTypes().contains(DType.F32)
                && CudnnConvolutions.usesTensorCores(spec.convolutions());
        memory = new DeviceArena(device);
        activationMemory = new DeviceArena(device);
        try {
            layouts = new StorageLayouts(spec);
            parameters = new ParameterBlocks(spec, layouts, memory, device.guardBytes());
            tables = new BoundTables(spec, device, memory);
            PlanCompiler compiler = new PlanCompiler(device, layouts, parameters, tables, memory,
                    spec.convolutions());
            List<ArenaPlanner.Layout> placed = spec.plans().stream().map(compiler::place).toList();
            activations = activationMemory.allocate(
                    placed.stream().mapToLong(ArenaPlanner.Layout::bytes).max().orElseThrow());
            images = new ImageTables(spec, device, tables, memory, reserve);
            for (int i = 0; i < placed.size(); i++) {
                int operation = 0;
                for (PlanSpec part : spec.plans().get(i).parts()) {
                    long place = memory.allocate(PLACE_BYTES);
                    List<DeviceCall> calls = compiler.calls(part, operation, arguments,
                            new PlanMemory.Placed(activations, placed.get(i), images, memory), place);
                    plans.put(part.name(), new CudaPlan(part, placed.get(i), device, tables,
                            images.streamedTo(part), calls, place));
                    operation += part.ops().size() + 1; // and the pause
                }
            }
        } catch (RuntimeException | Error e) {
            closeAfter(e);
            throw e;
        }
    }

    /** Returns the address of the activations and scratch memory of all plans, which share it. */
    long activations() {
        return activations;
    }

    /** Returns the memory of parameters, gradients and states. */
    ParameterBlocks parameters() {
        return parameters;
    }

    @Override
    public CudaPlan plan(String name) {
        synchronized (device) {
            requireOpen();
            CudaPlan plan = plans.get(name);
            if (plan == null) {
                throw new IllegalArgumentException("no plan " + name + ": the program has " + plans.keySet());
            }
            return plan;
        }
    }

    @Override
    public void bind(Tensor tensor, MemorySegment contents) {
        synchronized (device) {
            requireOpen();
            tables.bind(tensor, contents);
        }
    }

    @Override
    public void upload(Tensor data) {
        synchronized (device) {
            requireOpen();
            tables.upload(data);
        }
    }

    @Override
    public void download(Tensor result) {
        synchronized (device) {
            requireOpen();
            tables.download(result);
        }
    }

    @Override
    public void clear(Tensor result) {
        synchronized (device) {
            requireOpen();
            tables.clear(result);
        }
    }

    @Override
    public float[] read(Tensor tensor) {
        synchronized (device) {
            requireOpen();
            if (tensor.role() == Role.ACTIVATION) {
                return unpadded(tensor, load(addressOf(tensor), tensor.dtype(), stored(tensor)));
            }
            FilterLayout layout = parameters.slot(tensor).layout();
            return layout.logical(load(parameters.address(tensor), parameters.type(tensor), layout.elements()));
        }
    }

    @Override
    public void write(Tensor tensor, float[] values) {
        synchronized (device) {
            requireOpen();
            tensor.requireElements(values.length);
            if (tensor.role() == Role.ACTIVATION) {
                store(padded(tensor, values), addressOf(tensor), tensor.dtype());
                return;
            }
            FilterLayout layout = parameters.slot(tensor).layout();
            float[] stored = layout.stored(values);
            store(stored, parameters.address(tensor), parameters.type(tensor));
            if (tensor.role() == Role.PARAMETER && parameters.copies() != 0) {
                store(stored, parameters.copy(tensor), DType.BF16);
            }
        }
    }

    private int stored(Tensor activation) {
        return Math.toIntExact(layouts.elements(activation));
    }

    private long addressOf(Tensor activation) {
        CudaPlan plan = plans.values().stream().filter(p -> p.uses(activation)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the program has no " + activation));
        return activations + plan.layout().offset(activation);
    }

    private float[] unpadded(Tensor activation, float[] from) {
        int channels = Lowering.channels(activation);
        int width = layouts.channels(activation);
        float[] values = new float[Math.toIntExact(activation.shape().elements())]; // (N, ..., channels)
        for (int i = 0; i < values.length; i++) {
            values[i] = from[i / channels * width + i % channels];
        }
        return values;
    }

    private float[] padded(Tensor activation, float[] values) {
        int channels = Lowering.channels(activation);
        int width = layouts.channels(activation);
        float[] to = new float[stored(activation)]; // (N, ..., width): zeros beyond the channels
        for (int i = 0; i < values.length; i++) {
            to[i / channels * width + i % channels] = values[i];
        }
        return to;
    }

    private float[] load(long address, DType type, int elements) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment bytes = scratch.allocate((long) elements * type.bytes(), Long.BYTES);
            device.download(address, bytes);
            float[] values = new float[elements];
            for (int i = 0; i < elements; i++) {
                values[i] = type == DType.BF16
                        ? BFloat16.value(bytes.getAtIndex(JAVA_SHORT, i))
                        : bytes.getAtIndex(JAVA_FLOAT, i);
            }
            return values;
        }
    }

    private void store(float[] values, long address, DType type) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment bytes = scratch.allocate((long) values.length * type.bytes(), Long.BYTES);
            for (int i = 0; i < values.length; i++) {
                if (type == DType.BF16) {
                    bytes.setAtIndex(JAVA_SHORT, i, BFloat16.bits(values[i]));
                } else {
                    bytes.setAtIndex(JAVA_FLOAT, i, values[i]);
                }
            }
            device.upload(bytes, address);
        }
    }

    @Override
    public MemoryUse memory() {
        return new MemoryUse(parameters.parameterBytes(), parameters.gradientBytes(), activationMemory.allocated());
    }

    @Override
    public String kernels() {
        return device.convolutions().name() + " and Lethe's own, " + device.architecture();
    }

    @Override
    public Map<String, ConvolutionAlgorithm> convolutions() {
        return tensorCores ? Map.of("*", ConvolutionAlgorithm.TF32) : Map.of();
    }

    private void requireOpen() {
        if (closed) {
            throw closed();
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) { // a device that has failed does not take its memory back either
            failure.addSuppressed(e);
        }
    }

    static IllegalStateException closed() {
        return new IllegalStateException("this program is closed");
    }

    @Override
    public void close() {
        synchronized (device) {
            if (!closed) {
                closed = true;
                ImageTables sent = images;
                try (arguments;
                        memory;
                        activationMemory;
                        sent; // closed in the opposite order, whatever fails
                        ResourceStack closing = new ResourceStack()) {
                    plans.values().forEach(plan -> closing.own(plan, CudaPlan::close));
                }
            }
        }
    }
}
