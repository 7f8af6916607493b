package dev.lethe.nativelib.cpu;

import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.kernels.host.Processor;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.nativelib.cpu.lower.ProductLibrary;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.ChoosableConvolution;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.team.WorkerTeam;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measurements of the algorithms of a program's convolutions, each as a program of one operation; the times are
 * remembered.
 */
final class ConvolutionTrials {
    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionTrials.class);
    /** The least number of examples that keeps the caches as busy as a whole batch does. */
    private static final int LEAST_EXAMPLES = 16;
    /** The tiles of a worker, enough that transforms of weights take about their share of a step. */
    private static final int TILES = 256;
    private static final int ROUNDS = 3;
    /** The lead after one round that noise does not reverse. */
    private static final double CLEAR = 1.3;
    /** The waste of the larger tiles on pixels outside of the image above which the smaller ones may be faster. */
    private static final double WASTE = 1.3;
    /** The share of the fastest earlier time below which a run counts as made faster by the JIT. */
    private static final double FASTER = 0.95;
    private static final long WARM_UP = 1_500_000_000; // nanoseconds at most, until the transforms are compiled

    private final ProductLibrary library;
    private final WorkerTeam team;
    private final ConvolutionTimings timings;
    private boolean warm;

    ConvolutionTrials(ProductLibrary library, WorkerTeam team, ConvolutionTimings timings) {
        this.library = library;
        this.team = team;
        this.timings = timings;
    }

    /** Returns the beginning of all keys of a library's kernels on this machine. */
    static String machine(ProductLibrary library, int workers) {
        return Processor.model() + ", " + library.version() + ", " + workers + " workers: ";
    }

    /** Returns the fastest algorithm for each convolution, and measures those that are not known yet. */
    ConvolutionAlgorithms fastest(ProgramSpec spec) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>();
        String machine = machine(library, team.size());
        long begin = System.nanoTime();
        int measured = 0;
        for (ChoosableConvolution convolution : ChoosableConvolution.of(spec).toList()) {
            String name = convolution.name();
            if (chosen.containsKey(name)) {
                continue; // the first plan decides
            }
            int batch = trialBatch(convolution);
            String key = machine + name + ", batch " + batch;
            if (timings.fastest(key).isEmpty()) {
                timings.put(key, measure(convolution, batch));
                measured++;
            }
            chosen.put(name, timings.fastest(key).orElseThrow());
        }
        if (measured > 0) {
            timings.store();
            LOG.info("timed {} convolutions in {} ms", measured, (System.nanoTime() - begin) / 1_000_000);
        }
        chosen.values().removeIf(ConvolutionAlgorithm.DIRECT::equals);
        return new ConvolutionAlgorithms(chosen);
    }

    private int trialBatch(ChoosableConvolution convolution) {
        int tiles = convolution.tiles(ConvolutionAlgorithm.WINOGRAD_4).perImage();
        int wanted = Math.max(LEAST_EXAMPLES, (TILES + tiles - 1) / tiles) * team.size();
        return Math.min(convolution.image().shape().dim(0), wanted);
    }

    private static List<ConvolutionAlgorithm> candidates(ChoosableConvolution convolution) {
        int side = ConvolutionAlgorithm.WINOGRAD_4.tileSide();
        WinogradTiles tiles = convolution.tiles(ConvolutionAlgorithm.WINOGRAD_4);
        double outputs = tiles.outputHeight() * tiles.outputWidth();
        return tiles.perImage() * side * side > WASTE * outputs
                ? List.of(ConvolutionAlgorithm.DIRECT, ConvolutionAlgorithm.WINOGRAD_4, ConvolutionAlgorithm.WINOGRAD_2)
                : List.of(ConvolutionAlgorithm.DIRECT, ConvolutionAlgorithm.WINOGRAD_4);
    }

    private Map<ConvolutionAlgorithm, Long> measure(ChoosableConvolution convolution, int batch) {
        ProgramSpec spec = new ProgramSpec(
                List.of(new PlanSpec("trial", batch, List.of(convolution.withBatch(batch)))));
        Map<ConvolutionAlgorithm, Long> best = new EnumMap<>(ConvolutionAlgorithm.class);
        Map<ConvolutionAlgorithm, CpuProgram> programs = new EnumMap<>(ConvolutionAlgorithm.class);
        try {
            for (ConvolutionAlgorithm candidate : candidates(convolution)) {
                CpuProgram program = new CpuProgram(spec, ActivationLayout.CHANNELS_LAST,
                        ConvolutionAlgorithms.every(spec, candidate), library, team);
                programs.put(candidate, program);
                program.touchActivations();
                run(program);
            }
            warmUp(Objects.requireNonNull(programs.get(ConvolutionAlgorithm.WINOGRAD_4), "a candidate of every trial"));
            for (int round = 0; round < ROUNDS && !decided(best); round++) {
                programs.forEach((candidate, program) -> best.merge(candidate, run(program), Math::min));
            }
        } finally {
            programs.values().forEach(CpuProgram::close);
        }
        return best;
    }

    private static boolean decided(Map<ConvolutionAlgorithm, Long> best) {
        List<Long> sorted = best.values().stream().sorted().toList();
        return !sorted.isEmpty() && sorted.get(1) > CLEAR * sorted.getFirst();
    }

    /** Runs a program until the JIT has compiled the transforms; only once. */
    private void warmUp(CpuProgram program) {
        if (warm) {
            return;
        }
        warm = true;
        long end = System.nanoTime() + WARM_UP;
        long best = Long.MAX_VALUE;
        int unchanged = 0;
        while (unchanged < ROUNDS && System.nanoTime() < end) {
            long time = run(program);
            unchanged = time < best * FASTER ? 0 : unchanged + 1;
            best = Math.min(best, time);
        }
    }

    private static long run(CpuProgram program) {
        Plan plan = program.plan("trial");
        long begin = System.nanoTime();
        plan.run(0, 0);
        return System.nanoTime() - begin;
    }
}
