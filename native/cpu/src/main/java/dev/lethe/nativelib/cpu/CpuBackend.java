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
import dev.lethe.nativelib.cpu.lower.ProductLibrary;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.onednn.OneDnnProducts;
import dev.lethe.nativelib.cpu.team.WorkerTeam;
import dev.lethe.nativelib.cpu.vector.VectorProducts;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The CPU backend, in three variants that differ in their kernels. Programs of one backend share its workers and take
 * turns on them.
 */
final class CpuBackend implements Backend {
    /** The kernels of a backend. */
    enum Variant {
        /** The kernels of oneDNN, or Lethe's own in the batch-last layout if these are faster. */
        CPU,
        /** The kernels of oneDNN for every program. */
        ONEDNN,
        /** The kernels of Lethe, in the faster layout; no native library is loaded. */
        VECTOR;

        String backendName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private ActivationLayout layout(ProgramSpec spec, int workers) {
            return this == ONEDNN ? ActivationLayout.CHANNELS_LAST : ActivationLayout.fastest(spec, workers);
        }
    }

    /** The choice of the layout of a program's activations. */
    @FunctionalInterface
    interface LayoutChoice {
        ActivationLayout of(ProgramSpec spec, int workers);
    }

    private final Variant variant;
    private final LayoutChoice layouts;
    private final ProductLibrary library; // for programs that are channels last
    private final ProductLibrary own = new VectorProducts(); // for programs that are batch last
    private final WorkerTeam team;
    private final ConvolutionTrials trials;
    private final OpenPrograms programs;
    private final ResourceStack resources;
    private boolean closed;

    CpuBackend(Variant variant, int threads, ConvolutionTimings timings) {
        this(variant, threads, timings, variant::layout);
    }

    /** Opens a backend whose layouts the caller chooses, for tests of the kernels of one layout. */
    CpuBackend(Variant variant, int threads, ConvolutionTimings timings, LayoutChoice layouts) {
        this(variant, threads, timings, layouts,
                variant == Variant.VECTOR ? VectorProducts::new : OneDnnProducts::new);
    }

    /** Opens a backend with another library of products, for tests of libraries that cannot be opened. */
    CpuBackend(Variant variant, int threads, ConvolutionTimings timings, LayoutChoice layouts,
            Supplier<ProductLibrary> libraries) {
        this.variant = variant;
        this.layouts = layouts;
        try (ResourceStack opening = new ResourceStack()) {
            library = opening.own(libraries.get(), ProductLibrary::close);
            team = opening.own(new WorkerTeam(threads, library::prepareThread), WorkerTeam::close);
            programs = opening.own(new OpenPrograms(), OpenPrograms::close);
            resources = opening.keep();
        }
        trials = new ConvolutionTrials(library, team, timings);
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo(variant.backendName(), Processor.name(), library.instructionSet(), library.version(),
                team.size(), library.activationTypes(), true);
    }

    @Override
    public DType fastestActivations(ProgramSpec floats) {
        boolean bfloat16 = library.activationTypes().contains(DType.BF16)
                && layout(floats) == ActivationLayout.CHANNELS_LAST;
        return bfloat16 ? DType.BF16 : DType.F32;
    }

    @Override
    public synchronized CpuProgram compile(ProgramSpec spec) {
        if (closed) {
            throw new IllegalStateException("this " + variant.backendName() + " backend is closed");
        }
        spec.activationTypes().forEach(info()::requireActivations);
        ActivationLayout layout = layout(spec);
        return programs.add(new CpuProgram(spec, layout, algorithms(spec, layout),
                layout == ActivationLayout.BATCH_LAST ? own : library, team));
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
        ActivationLayout layout = layouts.of(spec, team.size());
        if (!layout.accepts(spec)) {
            throw new IllegalArgumentException("no kernels that are " + layout.label()
                    + " for convolutions with groups, norms, sums and means: choose another layout");
        }
        return layout;
    }

    @Override
    public synchronized void close() {
        closed = true;
        resources.close();
    }
}
