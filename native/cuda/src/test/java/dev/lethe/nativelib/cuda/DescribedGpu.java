package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionChoice;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * An H200 by its description, for which cuDNN makes plans where its libraries are, also without a GPU. Nothing can run
 * on it. Not thread-safe.
 */
public final class DescribedGpu implements AutoCloseable {
    private static final String H200 = """
            {"cudaDeviceId":0,"deviceName":"NVIDIA H200","deviceVer":900,"driverVer":13000,"isTccDriver":0,\
            "l2CacheSize":62914560,"maxCtasPerSM":32,"maxRegistersPerSM":65536,"maxSharedMemoryPerBlock":49152,\
            "maxSharedMemoryPerBlockOptin":232448,"maxThreadsPerBlock":1024,"maxThreadsPerSM":2048,\
            "memClockRateKHz":3201000,"multiProcessorCount":132,"pciDeviceId":0,"regsPerBlock":65536,\
            "reservedSharedMemoryPerBlock":1024,"smClockRateKHz":1980000,"supportCoopLaunch":1,\
            "totalGlobalMem":150000000000,"warpSize":32,"maxBlockSize":[1024,1024,64],\
            "maxGridSize":[2147483647,65535,65535]}""";
    private static final int LOOKED_AT = 3; // plans of a convolution

    private final CudnnTarget target;
    private final Set<ConvolutionProblem> planned = new HashSet<>();

    private DescribedGpu(CudnnTarget target) {
        this.target = target;
    }

    /** Loads cuDNN; empty if its libraries are missing. */
    public static Optional<DescribedGpu> open() {
        try {
            CudaMachine.loadBindings(CudaLibraries.load(System.getenv()));
            return Optional.of(new DescribedGpu(CudnnTarget.described(H200)));
        } catch (CudaLibraries.MissingException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** Returns the convolutions of a program as the backend asks for them; allocates and computes nothing. */
    public static Set<String> convolutions(ProgramSpec spec) {
        return problems(spec).stream().map(ConvolutionProblem::toString).collect(Collectors.toSet());
    }

    /**
     * Requires that cuDNN has a deterministic plan for each convolution of a program, and reads it back from its text.
     *
     * @throws IllegalStateException if the plan that was read is not the one that was written
     * @throws RuntimeException if there is no plan, or it cannot be read
     */
    public void requirePlans(ProgramSpec spec) {
        problems(spec).stream().filter(planned::add).forEach(this::requirePlan);
    }

    private static Set<ConvolutionProblem> problems(ProgramSpec spec) {
        Set<ConvolutionProblem> asked = new LinkedHashSet<>();
        Device device = new Unused(asked::add);
        StorageLayouts layouts = new StorageLayouts(spec);
        try (DeviceArena memory = new DeviceArena(device)) {
            PlanCompiler compiler = new PlanCompiler(device, layouts,
                    new ParameterBlocks(spec, layouts, memory, device.guardBytes()),
                    new BoundTables(spec, device, memory), memory, spec.convolutions());
            spec.plans().forEach(compiler::place);
        }
        return asked;
    }

    void requirePlan(ConvolutionProblem problem) {
        try (CudnnConvolution convolution = new CudnnConvolution(target, problem, false)) {
            List<CudnnDescriptor> plans = convolution.plans(LOOKED_AT, Long.MAX_VALUE);
            try {
                CudnnDescriptor first = plans.getFirst();
                long bytes = CudnnConvolution.workspaceBytes(first);
                CudnnEngine engine = convolution.engine(first);
                try (CudnnDescriptor read = CudnnConvolution.restored(target, CudnnConvolution.text(first))) {
                    if (bytes < 0 || bytes != CudnnConvolution.workspaceBytes(read)) {
                        throw new IllegalStateException(
                                problem + ": " + engine + " needs " + bytes + " bytes of workspace, and "
                                        + CudnnConvolution.workspaceBytes(read) + " when it is read back");
                    }
                }
            } finally {
                plans.forEach(CudnnDescriptor::close);
            }
        }
    }

    /** Returns the backend on the host, where cuDNN must have a plan for a convolution before loops compute it. */
    CudaBackend backend() {
        return new CudaBackend(new HostDevice() {
            private final DeviceConvolutions watched = new Watched(DescribedGpu.this::requirePlan);

            @Override
            public DeviceConvolutions convolutions() {
                return watched;
            }
        });
    }

    /** Convolutions by loops, each of which a watcher sees first. */
    private record Watched(Consumer<ConvolutionProblem> watcher) implements DeviceConvolutions {
        @Override
        public String name() {
            return "loops";
        }

        @Override
        public Prepared prepare(ConvolutionProblem problem, ConvolutionChoice choice) {
            watcher.accept(problem);
            return new HostConvolutions().prepare(problem, choice);
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /** A device of no memory and no kernels, on which operations are lowered for the convolutions that they ask for. */
    private static final class Unused extends HostDevice {
        private final DeviceConvolutions watched;
        private long end = ALIGNMENT; // of all that was asked for

        Unused(Consumer<ConvolutionProblem> watcher) {
            watched = new Watched(watcher);
        }

        @Override
        public long allocate(long bytes) {
            long address = end;
            end += Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT;
            return address;
        }

        @Override
        public void free(long address) {
            // nothing was allocated
        }

        @Override
        public void upload(MemorySegment from, long to) {
            // nothing is computed
        }

        @Override
        public void load(String kernel) {
            // none runs
        }

        @Override
        public DeviceConvolutions convolutions() {
            return watched;
        }
    }

    @Override
    public void close() {
        target.close();
    }
}
