package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.cuda.global.cudnn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The convolutions of cuDNN: by the plan that it expects to be the fastest, or by the one measured to be the fastest.
 */
final class CudnnConvolutions implements DeviceConvolutions {
    private static final Logger LOG = LoggerFactory.getLogger(CudnnConvolutions.class);
    private static final int TRIED = 48; // plans: the first dozen are often variants of one kernel
    private static final int GUESSES = 4; // plans, of which the first that runs is taken
    private static final int EXPECTED = 3; // plans that one of a larger batch is compared with
    private static final int PATTERN_BYTES = 1 << 16;
    private static final long MOST_WORKSPACE = 1L << 30;
    private static final int SHARE_OF_WORKSPACE = 4; // the part of free memory that a plan may need is one of so many

    private final CudaDevice device;
    private final CudnnTarget target;
    private final CudnnPlanCache exactCache;
    private final CudnnPlanCache roundedCache; // of floats on tensor cores
    private final Map<Wanted, CudnnDescriptor> guessed = new HashMap<>();
    private final Map<Wanted, CudnnDescriptor> fastest = new HashMap<>();
    private final Map<Wanted, Whole> wholes = new HashMap<>(); // by a batch of 1
    private final List<CudnnDescriptor> memories = new ArrayList<>();

    /** The key of a plan. */
    private record Wanted(ConvolutionProblem problem, boolean tensorCores) {
        Wanted ofAnyBatch() {
            return new Wanted(problem.withBatch(1), tensorCores);
        }
    }

    /** The engine that was the fastest for the largest batch so far. */
    private record Whole(int batch, CudnnEngine engine) {}

    /** A choice among plans that fit. */
    private interface Choice {
        Optional<CudnnDescriptor> of(CudnnConvolution convolution, FastestPlan<CudnnDescriptor> trials,
                List<CudnnDescriptor> plans);
    }

    /**
     * Makes the convolutions of a device.
     *
     * @param target target of the plans, closed with this object
     */
    CudnnConvolutions(CudaDevice device, CudnnTarget target, String deviceName) {
        this.device = device;
        this.target = target;
        String machine = version() + "-" + deviceName;
        exactCache = new CudnnPlanCache(CompiledKernels.defaultFolder(), machine);
        roundedCache = new CudnnPlanCache(CompiledKernels.defaultFolder(), machine + "-tf32");
    }

    /**
     * Opens cuDNN on a device.
     *
     * @param stream stream of all work
     */
    static CudnnConvolutions of(CudaDevice device, MemorySegment stream) {
        try (ResourceStack opening = new ResourceStack()) {
            CudnnTarget target = opening.own(CudnnTarget.device(stream), CudnnTarget::close);
            CudnnConvolutions convolutions = new CudnnConvolutions(device, target, device.name());
            opening.keep(); // it closes the target itself
            return convolutions;
        }
    }

    static String version() {
        long version = cudnn.cudnnGetVersion();
        return version / 10_000 + "." + version / 100 % 100 + "." + version % 100;
    }

    @Override
    public String name() {
        return "cuDNN " + version();
    }

    @Override
    public Prepared prepare(ConvolutionProblem problem, ConvolutionChoice choice) {
        Wanted wanted = new Wanted(problem, usesTensorCores(choice));
        CudnnDescriptor plan = choice.equals(ConvolutionChoice.DIRECT)
                ? guessed.computeIfAbsent(wanted, this::guess)
                : fastest.computeIfAbsent(wanted, this::fastest);
        return new Prepared() {
            @Override
            public long workspaceBytes() {
                return CudnnConvolution.workspaceBytes(plan);
            }

            @Override
            public DeviceCall on(long images, long filters, long results, long workspace) {
                return new Call(problem, plan, images, filters, results, workspace);
            }
        };
    }

    /** A plan with the addresses of its memory, which cuDNN gets when the plan first runs. */
    private final class Call implements DeviceCall {
        private final ConvolutionProblem problem;
        private final CudnnDescriptor plan;
        private final Supplier<CudnnDescriptor> maker;
        private @Nullable CudnnDescriptor memory; // made by the first run

        Call(ConvolutionProblem problem, CudnnDescriptor plan, long images, long filters, long results,
                long workspace) {
            this.problem = problem;
            this.plan = plan;
            maker = () -> CudnnConvolution.memory(images, filters, results, workspace);
        }

        @Override
        public void enqueue() {
            if (memory == null) {
                memory = maker.get();
                memories.add(memory);
            }
            target.execute(plan, memory);
        }

        @Override
        public String toString() {
            return problem.toString();
        }
    }

    /** Tells whether floats may be rounded for tensor cores. */
    static boolean usesTensorCores(ConvolutionChoice choice) {
        return switch (choice) {
            case ConvolutionChoice.Every(ConvolutionAlgorithm algorithm) -> algorithm == ConvolutionAlgorithm.TF32;
            case ConvolutionChoice.Recorded(Map<String, ConvolutionAlgorithm> algorithms) ->
                algorithms.containsValue(ConvolutionAlgorithm.TF32);
            case ConvolutionChoice.Fastest _ -> false;
        };
    }

    private CudnnDescriptor guess(Wanted wanted) {
        return chosen(wanted, GUESSES, (_, trials, plans) -> trials.firstThatRuns(plans));
    }

    private CudnnDescriptor fastest(Wanted wanted) {
        CudnnPlanCache cache = wanted.tensorCores ? roundedCache : exactCache;
        Optional<CudnnDescriptor> kept = cache.find(target, wanted.problem);
        if (kept.isPresent() && runs(wanted.problem, kept.get())) {
            return kept.get();
        }
        kept.ifPresent(CudnnDescriptor::close);
        CudnnDescriptor plan = chosen(wanted, TRIED, (convolution, trials, plans) -> fastest(wanted, convolution,
                trials, plans));
        cache.keep(wanted.problem, plan);
        return plan;
    }

    /**
     * Returns the plan of the engine that is the fastest for a larger batch if it is as good as those that cuDNN
     * expects to be the fastest, and otherwise the fastest of all. The last batch of an epoch and those of a test would
     * else take as long to choose for as all others.
     */
    private Optional<CudnnDescriptor> fastest(Wanted wanted, CudnnConvolution convolution,
            FastestPlan<CudnnDescriptor> trials, List<CudnnDescriptor> plans) {
        int batch = wanted.problem.batch();
        Whole whole = wholes.get(wanted.ofAnyBatch());
        if (whole != null && batch < whole.batch) {
            Optional<CudnnDescriptor> same = plans.stream()
                    .filter(plan -> engine(convolution, plan).filter(whole.engine::equals).isPresent()).findFirst();
            List<CudnnDescriptor> expected = plans.subList(0, Math.min(EXPECTED, plans.size()));
            if (same.isPresent() && trials.isAsGood(same.get(), expected)) {
                return same;
            }
            return trials.of(plans);
        }
        Optional<CudnnDescriptor> plan = trials.of(plans);
        plan.flatMap(it -> engine(convolution, it))
                .ifPresent(engine -> wholes.put(wanted.ofAnyBatch(), new Whole(batch, engine)));
        return plan;
    }

    private static Optional<CudnnEngine> engine(CudnnConvolution convolution, CudnnDescriptor plan) {
        try {
            return Optional.of(convolution.engine(plan));
        } catch (NativeException e) { // costs time alone
            LOG.warn("plans for batches of different size are chosen separately: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Returns the chosen one of the available plans; the others are closed. */
    private CudnnDescriptor chosen(Wanted wanted, int most, Choice choice) {
        long mostWorkspace = Math.min(MOST_WORKSPACE, device.freeMemory() / SHARE_OF_WORKSPACE);
        try (CudnnConvolution convolution = new CudnnConvolution(target, wanted.problem, wanted.tensorCores)) {
            List<CudnnDescriptor> unused = new ArrayList<>(convolution.plans(most, mostWorkspace));
            try (Trials trials = new Trials(wanted.problem, unused)) {
                CudnnDescriptor chosen = choice
                        .of(convolution, trials.choice(), unused.stream().filter(trials::fits).toList())
                        .orElseThrow(() -> new NativeException("none of cuDNN's plans runs for " + wanted.problem));
                unused.remove(chosen);
                return chosen;
            } finally {
                unused.forEach(CudnnDescriptor::close);
            }
        }
    }

    private boolean runs(ConvolutionProblem problem, CudnnDescriptor plan) {
        try (Trials trials = new Trials(problem, List.of(plan))) {
            return trials.choice().runs(plan);
        }
    }

    /** Trials of a problem's plans, all on the same memory. */
    private final class Trials implements FastestPlan.Trial<CudnnDescriptor>, AutoCloseable {
        private final ConvolutionProblem problem;
        private final ResourceStack resources;
        private final CudnnDescriptor memory;
        private final long workspaceBytes;

        Trials(ConvolutionProblem problem, List<CudnnDescriptor> plans) {
            this.problem = problem;
            try (ResourceStack opening = new ResourceStack()) {
                DeviceArena arena = opening.own(new DeviceArena(device), DeviceArena::close);
                long images = random(arena, problem.inputElements());
                long filters = random(arena, problem.weightElements());
                long results = random(arena, problem.outputElements());
                Workspace workspace = workspace(arena, plans);
                workspaceBytes = workspace.bytes;
                memory = opening.own(CudnnConvolution.memory(images, filters, results, workspace.address),
                        CudnnDescriptor::close);
                resources = opening.keep();
            }
        }

        /** Allocates the workspace of the plan that needs the most, or of one that needs less, where memory is low. */
        private Workspace workspace(DeviceArena arena, List<CudnnDescriptor> plans) {
            long[] sizes = plans.stream().mapToLong(CudnnConvolution::workspaceBytes).distinct().sorted().toArray();
            for (int i = sizes.length - 1;; i--) {
                try {
                    return new Workspace(arena.allocate(sizes[i]), sizes[i]);
                } catch (OutOfDeviceMemoryException e) {
                    if (i == 0) {
                        throw e;
                    }
                    LOG.info("plans of {} with {} bytes of workspace are passed over: {}", problem, sizes[i],
                            e.getMessage());
                }
            }
        }

        /** Allocates small random numbers: a device computes zeros with less power, and hence faster, than others. */
        private long random(DeviceArena arena, long elements) {
            long bytes = elements * problem.type().bytes();
            long address = arena.allocate(bytes);
            byte[] pattern = new byte[(int) Math.min(bytes, PATTERN_BYTES)];
            new Random(bytes).nextBytes(pattern);
            for (int i = 1; i < pattern.length; i += Short.BYTES) {
                pattern[i] = (byte) (pattern[i] & 0x80 | 0x3C); // sign and exponent of a bfloat16, and of a float
            }
            device.upload(MemorySegment.ofArray(pattern), address);
            for (long done = pattern.length; done < bytes; done *= 2) {
                device.copy(address, address + done, Math.min(done, bytes - done));
            }
            return address;
        }

        FastestPlan<CudnnDescriptor> choice() {
            return new FastestPlan<>(problem.toString(), this);
        }

        /** Tells whether there is workspace for a plan. */
        boolean fits(CudnnDescriptor plan) {
            return CudnnConvolution.workspaceBytes(plan) <= workspaceBytes;
        }

        @Override
        public void run(CudnnDescriptor plan) {
            try {
                target.execute(plan, memory);
            } finally {
                device.synchronize(); // and if the device is lost, it is not the plan that cannot run
            }
        }

        @Override
        public float milliseconds(CudnnDescriptor plan, int calls) {
            return device.time(() -> target.execute(plan, memory), calls);
        }

        @Override
        public void close() {
            resources.close();
        }
    }

    private record Workspace(long address, long bytes) {}

    @Override
    public void close() {
        try (ResourceStack closing = new ResourceStack()) { // each, whatever fails
            closing.own(target, CudnnTarget::close);
            Stream.of(fastest.values(), guessed.values(), memories).flatMap(Collection::stream)
                    .forEach(descriptor -> closing.own(descriptor, CudnnDescriptor::close));
        }
    }
}
