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
import java.util.Random;
import org.bytedeco.cuda.global.cudnn;

/** Convolutions by cuDNN: the plan that it expects to be the fastest, or the one that was, as measured once. */
final class CudnnConvolutions implements DeviceConvolutions, AutoCloseable {
    private static final int TRIED = 12; // plans
    private static final int TIMES = 5;

    private final CudaDevice device;
    private final CudnnTarget target;
    private final CudnnPlanCache cache;
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
        cache = new CudnnPlanCache(CompiledKernels.defaultFolder(), machine);
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
            return convolution.plans(1).getFirst();
        }
    }

    private CudnnDescriptor fastest(Wanted wanted) {
        CudnnPlanCache kept = wanted.tensorCores ? roundedCache : cache;
        return kept.find(target, wanted.problem).orElseGet(() -> {
            CudnnDescriptor plan = measured(wanted);
            kept.keep(wanted.problem, plan);
            return plan;
        });
    }

    private CudnnDescriptor measured(Wanted wanted) {
        ConvolutionProblem problem = wanted.problem;
        try (CudnnConvolution convolution = new CudnnConvolution(target, problem, wanted.tensorCores);
                DeviceArena trial = new DeviceArena(device)) {
            List<CudnnDescriptor> plans = convolution.plans(TRIED);
            long images = random(trial, problem.inputElements() * problem.type().bytes());
            long filters = random(trial, problem.weightElements() * problem.type().bytes());
            long results = random(trial, problem.outputElements() * problem.type().bytes());
            long workspace = trial.allocate(
                    plans.stream().mapToLong(CudnnConvolution::workspaceBytes).max().orElseThrow());
            CudnnDescriptor best = plans.getFirst();
            float shortest = Float.POSITIVE_INFINITY;
            try (CudnnDescriptor memory = CudnnConvolution.memory(images, filters, results, workspace)) {
                for (CudnnDescriptor plan : plans) {
                    float time = device.time(() -> target.execute(plan, memory), TIMES);
                    if (time < shortest) {
                        shortest = time;
                        best = plan;
                    }
                }
            }
            for (CudnnDescriptor plan : plans) {
                if (plan != best) {
                    plan.close();
                }
            }
            return best;
        }
    }

    /** Small numbers: a device computes zeros with less power, and hence faster, than what it will be given. */
    private static long random(DeviceArena trial, long bytes) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment values = scratch.allocate(bytes / Short.BYTES * Short.BYTES, Long.BYTES);
            Random random = new Random(bytes);
            for (long i = 0; i < values.byteSize() / Short.BYTES; i++) {
                int smallBFloat16 = 0x3C00 | random.nextInt(1 << 9) | random.nextInt(2) << 15;
                values.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) smallBFloat16);
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
