package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ConvolutionAlgorithm;
import dev.lethe.kernels.ConvolutionChoice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.cuda.global.cudnn;

/** Convolutions by cuDNN: the plan that it expects to be the fastest, or the one that was, as measured once. */
final class CudnnConvolutions implements DeviceConvolutions, AutoCloseable {
    private static final int TRIED = 12; // plans
    private static final int TIMES = 5;
    private static final int PATTERN_BYTES = 1 << 16;

    private final CudaDevice device;
    private final CudnnTarget target;
    private final CudnnPlanCache exactCache;
    private final CudnnPlanCache roundedCache; // of floats on tensor cores
    private final Map<Wanted, CudnnDescriptor> guessed = new HashMap<>();
    private final Map<Wanted, CudnnDescriptor> fastest = new HashMap<>();
    private final List<CudnnDescriptor> memories = new ArrayList<>();

    /** What plans are made for. */
    private record Wanted(ConvolutionProblem problem, boolean tensorCores) {}

    /**
     * Of a device.
     *
     * @param target closed with this
     */
    CudnnConvolutions(CudaDevice device, CudnnTarget target, String deviceName) {
        this.device = device;
        this.target = target;
        String machine = version() + "-" + deviceName;
        exactCache = new CudnnPlanCache(CompiledKernels.defaultFolder(), machine);
        roundedCache = new CudnnPlanCache(CompiledKernels.defaultFolder(), machine + "-tf32");
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
                CudnnDescriptor memory = CudnnConvolution.memory(images, filters, results, workspace);
                memories.add(memory);
                return () -> target.execute(plan, memory);
            }
        };
    }

    /** Whether floats may be rounded for them. */
    static boolean usesTensorCores(ConvolutionChoice choice) {
        return switch (choice) {
            case ConvolutionChoice.Every(ConvolutionAlgorithm algorithm) -> algorithm == ConvolutionAlgorithm.TF32;
            case ConvolutionChoice.Recorded(Map<String, ConvolutionAlgorithm> algorithms) ->
                algorithms.containsValue(ConvolutionAlgorithm.TF32);
            case ConvolutionChoice.Fastest _ -> false;
        };
    }

    private CudnnDescriptor guess(Wanted wanted) {
        try (CudnnConvolution convolution = new CudnnConvolution(target, wanted.problem, wanted.tensorCores)) {
            CudnnDescriptor plan = convolution.plans(1).getFirst();
            tryOut(wanted.problem, List.of(plan));
            return plan;
        }
    }

    private CudnnDescriptor fastest(Wanted wanted) {
        CudnnPlanCache cache = wanted.tensorCores ? roundedCache : exactCache;
        Optional<CudnnDescriptor> kept = cache.find(target, wanted.problem);
        if (kept.isPresent()) {
            tryOut(wanted.problem, List.of(kept.get()));
            return kept.get();
        }
        CudnnDescriptor plan = measured(wanted);
        cache.keep(wanted.problem, plan);
        return plan;
    }

    private CudnnDescriptor measured(Wanted wanted) {
        try (CudnnConvolution convolution = new CudnnConvolution(target, wanted.problem, wanted.tensorCores)) {
            List<CudnnDescriptor> plans = convolution.plans(TRIED);
            float[] times = tryOut(wanted.problem, plans);
            int best = 0;
            for (int i = 1; i < times.length; i++) {
                best = times[i] < times[best] ? i : best;
            }
            for (int i = 0; i < times.length; i++) {
                if (i != best) {
                    plans.get(i).close();
                }
            }
            return plans.get(best);
        }
    }

    /** Milliseconds of plans on memory of their own. What they load on first use could not be recorded later. */
    private float[] tryOut(ConvolutionProblem problem, List<CudnnDescriptor> plans) {
        try (DeviceArena trial = new DeviceArena(device)) {
            long images = random(trial, problem.inputElements() * problem.type().bytes());
            long filters = random(trial, problem.weightElements() * problem.type().bytes());
            long results = random(trial, problem.outputElements() * problem.type().bytes());
            long workspace = trial.allocate(
                    plans.stream().mapToLong(CudnnConvolution::workspaceBytes).max().orElseThrow());
            float[] times = new float[plans.size()];
            try (CudnnDescriptor memory = CudnnConvolution.memory(images, filters, results, workspace)) {
                for (int i = 0; i < times.length; i++) {
                    CudnnDescriptor plan = plans.get(i);
                    times[i] = device.time(() -> target.execute(plan, memory), plans.size() > 1 ? TIMES : 1);
                }
            }
            return times;
        }
    }

    /** Small numbers: a device computes zeros with less power, and hence faster, than what it will be given. */
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
        memories.forEach(CudnnDescriptor::close);
        guessed.values().forEach(CudnnDescriptor::close);
        fastest.values().forEach(CudnnDescriptor::close);
        target.close();
    }
}
