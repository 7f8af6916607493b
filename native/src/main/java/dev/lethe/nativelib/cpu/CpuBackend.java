package dev.lethe.nativelib.cpu;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.OpenPrograms;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.kernels.host.Processor;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.onednn.OneDnnLibrary;
import dev.lethe.nativelib.cpu.team.WorkerTeam;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.bytedeco.dnnl.engine;

/**
 * The CPU backend, in three variants that differ in the kernels they take. Programs of one backend share its workers
 * and take turns on them.
 */
final class CpuBackend implements Backend {
    /** Which kernels a backend takes. */
    enum Variant {
        /** For each program the faster of the two others. */
        CPU,
        /** oneDNN's, always. */
        ONEDNN,
        /** Lethe's own for the batch-last layout, always. */
        VECTOR;

        String backendName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Variant variant;

    private final WorkerTeam team;
    private final engine cpu;
    private final ConvolutionTrials trials;
    private final OpenPrograms programs;
    private final ResourceStack resources;
    private boolean closed;

    CpuBackend(Variant variant, int threads, ConvolutionTimings timings) {
        this(variant, threads, timings, () -> new engine(engine.kind.cpu, 0));
    }

    CpuBackend(Variant variant, int threads, ConvolutionTimings timings, Supplier<engine> engines) {
        this.variant = variant;
        try (ResourceStack opening = new ResourceStack()) {
            team = opening.own(new WorkerTeam(threads), WorkerTeam::close);
            cpu = opening.own(engines.get(), engine::close);
            programs = opening.own(new OpenPrograms(), OpenPrograms::close);
            resources = opening.keep();
        }
        trials = new ConvolutionTrials(cpu, team, timings);
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo(variant.backendName(), Processor.name(), OneDnnLibrary.instructionSet(),
                "oneDNN " + OneDnnLibrary.version(), team.size(), activationTypes(), true);
    }

    private Set<DType> activationTypes() {
        return variant != Variant.VECTOR && OneDnnLibrary.multipliesBFloat16s()
                ? Set.of(DType.F32, DType.BF16)
                : Set.of(DType.F32);
    }

    @Override
    public DType fastestActivations(ProgramSpec floats) {
        boolean bfloat16 = activationTypes().contains(DType.BF16) && layout(floats) == ActivationLayout.CHANNELS_LAST;
        return bfloat16 ? DType.BF16 : DType.F32;
    }

    @Override
    public synchronized CpuProgram compile(ProgramSpec spec) {
        if (closed) {
            throw new IllegalStateException("this " + variant.backendName() + " backend is closed");
        }
        spec.activationTypes().forEach(info()::requireActivations);
        ActivationLayout layout = layout(spec);
        return programs.add(new CpuProgram(spec, layout, algorithms(spec, layout), cpu, team));
    }

    private ConvolutionAlgorithms algorithms(ProgramSpec spec, ActivationLayout layout) {
        if (layout == ActivationLayout.BATCH_LAST) {
            return ConvolutionAlgorithms.DIRECT;
        }
        return switch (spec.convolutions()) {
            case ConvolutionChoice.Every(ConvolutionAlgorithm algorithm) ->
                ConvolutionAlgorithms.every(spec, algorithm);
            case ConvolutionChoice.Recorded(Map<String, ConvolutionAlgorithm> algorithms) ->
                ConvolutionAlgorithms.recorded(spec, algorithms);
            case ConvolutionChoice.Fastest _ -> trials.fastest(spec);
        };
    }

    private ActivationLayout layout(ProgramSpec spec) {
        ActivationLayout layout = switch (variant) {
            case CPU -> ActivationLayout.fastest(spec, team.size());
            case ONEDNN -> ActivationLayout.CHANNELS_LAST;
            case VECTOR -> ActivationLayout.BATCH_LAST;
        };
        if (!layout.accepts(spec)) {
            throw new IllegalArgumentException("backend " + variant.backendName()
                    + " has no kernels for convolutions with groups, norms, sums and means: choose cpu or onednn");
        }
        return layout;
    }

    @Override
    public synchronized void close() {
        closed = true;
        resources.close();
    }
}
