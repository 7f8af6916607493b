package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ConvolutionAlgorithm;
import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.ConvolutionSpec;
import dev.lethe.kernels.ConvolutionTimings;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Processor;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.simd.WinogradTiles;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.dnnl.engine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times the algorithms of a program's convolutions against each other, each as a program of that one operation, and
 * remembers the times.
 */
final class ConvolutionTrials {
    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionTrials.class);
    /** So many keep the caches as busy as a whole batch does. */
    private static final int LEAST_EXAMPLES = 16;
    /** Of a worker: so that transforms of weights weigh about what they do in a step. */
    private static final int TILES = 256;
    private static final int ROUNDS = 3;
    /** A lead after one round that noise does not turn round. */
    private static final double CLEAR = 1.3;
    /** Where the larger tiles waste more than this on what is outside of the image, the smaller ones may win. */
    private static final double WASTE = 1.3;
    private static final long WARM_UP = 1_500_000_000; // nanoseconds at most, until the transforms are compiled

    private final engine engine;
    private final WorkerTeam team;
    private final ConvolutionTimings timings;
    private boolean warm;

    ConvolutionTrials(engine engine, WorkerTeam team, ConvolutionTimings timings) {
        this.engine = engine;
        this.team = team;
        this.timings = timings;
    }

    /** What a key begins with on this machine. */
    static String machine(int workers) {
        return Processor.name() + ", oneDNN " + OneDnnLibrary.version() + ", " + workers + " workers: ";
    }

    /** The fastest algorithm for each convolution; what is not known yet is measured now. */
    ConvolutionAlgorithms fastest(ProgramSpec spec) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>();
        long begin = System.nanoTime();
        int measured = 0;
        for (ConvolutionOp op : ConvolutionAlgorithms.choosable(spec).toList()) {
            String name = ConvolutionAlgorithms.name(op).orElseThrow();
            if (chosen.containsKey(name)) {
                continue; // the first plan decides
            }
            int batch = trialBatch(op);
            String key = machine(team.size()) + name + ", batch " + batch;
            if (timings.fastest(key).isEmpty()) {
                timings.put(key, measure(op, batch));
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

    private int trialBatch(ConvolutionOp op) {
        Tensor image = image(op);
        int tiles = WinogradTiles.of(ConvolutionAlgorithm.WINOGRAD_4.tileSide(), spec(op), image.shape()).perImage();
        int wanted = Math.max(LEAST_EXAMPLES, (TILES + tiles - 1) / tiles) * team.size();
        return Math.min(image.shape().dim(0), wanted);
    }

    private static ConvolutionSpec spec(ConvolutionOp op) {
        return switch (op) {
            case ConvolutionOp.Forward forward -> forward.spec();
            case ConvolutionOp.BackwardData data -> data.spec();
            case ConvolutionOp.BackwardWeights weights -> weights.spec();
            case ConvolutionOp.BackwardBias bias -> throw new IllegalArgumentException("a sum: " + bias);
        };
    }

    /** The input, or what is shaped like it. */
    private static Tensor image(ConvolutionOp op) {
        return switch (op) {
            case ConvolutionOp.Forward forward -> forward.input();
            case ConvolutionOp.BackwardData data -> data.inputGradient();
            case ConvolutionOp.BackwardWeights weights -> weights.input();
            case ConvolutionOp.BackwardBias bias -> throw new IllegalArgumentException("a sum: " + bias);
        };
    }

    private List<ConvolutionAlgorithm> candidates(ConvolutionOp op) {
        int side = ConvolutionAlgorithm.WINOGRAD_4.tileSide();
        WinogradTiles tiles = WinogradTiles.of(side, spec(op), image(op).shape());
        double outputs = tiles.outputHeight() * tiles.outputWidth();
        List<ConvolutionAlgorithm> candidates = new ArrayList<>(
                List.of(ConvolutionAlgorithm.DIRECT, ConvolutionAlgorithm.WINOGRAD_4));
        if (tiles.perImage() * side * side > WASTE * outputs) {
            candidates.add(ConvolutionAlgorithm.WINOGRAD_2);
        }
        return candidates;
    }

    private Map<ConvolutionAlgorithm, Long> measure(ConvolutionOp op, int batch) {
        PlanSpec plan = new PlanSpec("trial", batch, List.of(ofBatch(op, batch)));
        ProgramSpec spec = new ProgramSpec(List.of(plan));
        Map<ConvolutionAlgorithm, Long> best = new EnumMap<>(ConvolutionAlgorithm.class);
        Map<ConvolutionAlgorithm, OneDnnProgram> programs = new EnumMap<>(ConvolutionAlgorithm.class);
        try {
            for (ConvolutionAlgorithm candidate : candidates(op)) {
                OneDnnProgram program = new OneDnnProgram(spec, ActivationLayout.CHANNELS_LAST,
                        ConvolutionAlgorithms.every(spec, candidate), engine, team);
                programs.put(candidate, program);
                program.touchActivations();
                run(program);
            }
            warmUp(programs.get(ConvolutionAlgorithm.WINOGRAD_4));
            for (int round = 0; round < ROUNDS && !decided(best); round++) {
                programs.forEach((candidate, program) -> best.merge(candidate, run(program), Math::min));
            }
        } finally {
            programs.values().forEach(OneDnnProgram::close);
        }
        return best;
    }

    private static boolean decided(Map<ConvolutionAlgorithm, Long> best) {
        List<Long> sorted = best.values().stream().sorted().toList();
        return !sorted.isEmpty() && sorted.get(1) > CLEAR * sorted.getFirst();
    }

    /** Once: until the JIT has made of the transforms what they will be. */
    private void warmUp(OneDnnProgram program) {
        long end = System.nanoTime() + WARM_UP;
        long before = Long.MAX_VALUE;
        for (int unchanged = 0; !warm && unchanged < ROUNDS && System.nanoTime() < end;) {
            long time = run(program);
            unchanged = time < before * 0.95 ? 0 : unchanged + 1;
            before = Math.min(before, time);
        }
        warm = true;
    }

    private static long run(OneDnnProgram program) {
        Plan plan = program.plan("trial");
        long begin = System.nanoTime();
        plan.run(0, 0);
        return System.nanoTime() - begin;
    }

    private static ConvolutionOp ofBatch(ConvolutionOp op, int batch) {
        return switch (op) {
            case ConvolutionOp.Forward f -> new ConvolutionOp.Forward(f.spec(), ofBatch(f.input(), batch), f.weights(),
                    f.bias(), f.activation(), ofBatch(f.output(), batch));
            case ConvolutionOp.BackwardData d -> new ConvolutionOp.BackwardData(d.spec(),
                    ofBatch(d.outputGradient(), batch), d.weights(), ofBatch(d.inputGradient(), batch));
            case ConvolutionOp.BackwardWeights w -> new ConvolutionOp.BackwardWeights(w.spec(),
                    ofBatch(w.input(), batch), ofBatch(w.outputGradient(), batch), w.weightsGradient(),
                    w.biasGradient());
            case ConvolutionOp.BackwardBias bias -> throw new IllegalArgumentException("a sum: " + bias);
        };
    }

    private static Tensor ofBatch(Tensor tensor, int batch) {
        Shape shape = tensor.shape().withFirst(batch);
        return new Tensor(tensor.name(), tensor.role(), tensor.dtype(), shape);
    }
}
