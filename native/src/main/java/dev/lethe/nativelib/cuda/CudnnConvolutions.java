package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
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
    private static final int PATTERN_BYTES = 1 << 16;

    private final CudaDevice device;
    private final CudnnTarget target;
    private final CudnnPlanCache exactCache;
    private final CudnnPlanCache roundedCache; // of floats on tensor cores
    private final Map<Wanted, CudnnDescriptor> guessed = new HashMap<>();
    private final Map<Wanted, CudnnDescriptor> fastest = new HashMap<>();
    private final List<CudnnDescriptor> memories = new ArrayList<>();

    /** The key of a plan. */
    private record Wanted(ConvolutionProblem problem, boolean tensorCores) {}

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
        return chosen(wanted, GUESSES, plans -> plans.stream().filter(plan -> runs(wanted.problem, plan)).findFirst());
    }

    private CudnnDescriptor fastest(Wanted wanted) {
        CudnnPlanCache cache = wanted.tensorCores ? roundedCache : exactCache;
        Optional<CudnnDescriptor> kept = cache.find(target, wanted.problem);
        if (kept.isPresent()) {
            if (runs(wanted.problem, kept.get())) {
                return kept.get();
            }
            kept.get().close();
        }
        CudnnDescriptor plan = chosen(wanted, TRIED, plans -> shortest(wanted.problem, plans));
        cache.keep(wanted.problem, plan);
        return plan;
    }

    /** Returns the chosen one of the available plans; the others are closed. */
    private CudnnDescriptor chosen(Wanted wanted, int most,
            Function<List<CudnnDescriptor>, Optional<CudnnDescriptor>> choice) {
        try (CudnnConvolution convolution = new CudnnConvolution(target, wanted.problem, wanted.tensorCores)) {
            List<CudnnDescriptor> plans = convolution.plans(most);
            Optional<CudnnDescriptor> chosen = choice.apply(plans);
            plans.stream().filter(plan -> chosen.filter(plan::equals).isEmpty()).forEach(CudnnDescriptor::close);
            return chosen.orElseThrow(
                    () -> new NativeException("none of cuDNN's plans runs for " + wanted.problem));
        }
    }

    /** Runs a plan once on zeros, since its loading on first use could not be recorded, and tells whether it runs. */
    private boolean runs(ConvolutionProblem problem, CudnnDescriptor plan) {
        try (DeviceArena trial = new DeviceArena(device);
                CudnnDescriptor memory = CudnnConvolution.memory(
                        trial.allocate(bytes(problem, problem.inputElements())),
                        trial.allocate(bytes(problem, problem.weightElements())),
                        trial.allocate(bytes(problem, problem.outputElements())),
                        trial.allocate(CudnnConvolution.workspaceBytes(plan)))) {
            target.execute(plan, memory);
            device.synchronize();
            return true;
        } catch (NativeException e) { // cuDNN makes plans that it cannot run
            LOG.warn("a plan of {} is passed over: {}", problem, e.getMessage());
            return false;
        }
    }

    private Optional<CudnnDescriptor> shortest(ConvolutionProblem problem, List<CudnnDescriptor> plans) {
        List<CudnnDescriptor> running = plans.stream().filter(plan -> runs(problem, plan)).toList();
        try (DeviceArena trial = new DeviceArena(device)) {
            long workspace = trial.allocate(
                    running.stream().mapToLong(CudnnConvolution::workspaceBytes).max().orElse(0));
            try (CudnnDescriptor memory = CudnnConvolution.memory(
                    random(trial, bytes(problem, problem.inputElements())),
                    random(trial, bytes(problem, problem.weightElements())),
                    random(trial, bytes(problem, problem.outputElements())), workspace)) {
                Map<CudnnDescriptor, Float> times = new HashMap<>();
                running.forEach(plan -> times.put(plan, device.time(() -> target.execute(plan, memory))));
                return running.stream().min(Comparator.comparing(times::get));
            }
        }
    }

    private static long bytes(ConvolutionProblem problem, long elements) {
        return elements * problem.type().bytes();
    }

    /** Allocates small random numbers: a device computes zeros with less power, and hence faster, than real values. */
    private static long random(DeviceArena trial, long bytes) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment values = scratch.allocate(Math.max(bytes, Long.BYTES), Long.BYTES);
            byte[] pattern = new byte[(int) Math.min(bytes, PATTERN_BYTES)];
            new Random(bytes).nextBytes(pattern);
            for (int i = 1; i < pattern.length; i += Short.BYTES) {
                pattern[i] = (byte) (pattern[i] & 0x80 | 0x3C); // sign and exponent of a bfloat16, and of a float
            }
            for (long at = 0; at < bytes; at += pattern.length) {
                MemorySegment.copy(pattern, 0, values, ValueLayout.JAVA_BYTE, at,
                        (int) Math.min(pattern.length, bytes - at));
            }
            return trial.holding(values);
        }
    }

    @Override
    public void close() {
        try (ResourceStack closing = new ResourceStack()) { // each, whatever fails
            closing.own(target, CudnnTarget::close);
            Stream.of(fastest.values(), guessed.values(), memories).flatMap(Collection::stream)
                    .forEach(descriptor -> closing.own(descriptor, CudnnDescriptor::close));
        }
    }
}
