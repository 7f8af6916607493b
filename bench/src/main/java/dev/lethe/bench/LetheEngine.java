package dev.lethe.bench;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Lethe's own training step, on the backends and with the tracking that are worth comparing. */
public enum LetheEngine implements TrainStepEngineProvider {
    /** As users get it: the backend and the convolutions chosen for the machine, tracking on. */
    LETHE(Backends.AUTO, true, ConvolutionChoice.FASTEST),
    /** Without tracking: what tracking costs is the difference. */
    LETHE_UNTRACKED(Backends.AUTO, false, ConvolutionChoice.FASTEST),
    /** With direct convolutions. */
    LETHE_DIRECT(Backends.AUTO, true, ConvolutionChoice.DIRECT),
    /** With oneDNN's kernels for everything that oneDNN has. */
    LETHE_ONEDNN("onednn", true, ConvolutionChoice.DIRECT),
    /** With Lethe's own kernels for everything, without oneDNN. */
    LETHE_VECTOR("vector", true, ConvolutionChoice.FASTEST),
    /** On a GPU, tracking on; with {@code -p dtype=f32} without tensor cores. */
    LETHE_CUDNN("cudnn", true, ConvolutionChoice.FASTEST),
    /** On a GPU without tracking. */
    LETHE_CUDNN_UNTRACKED("cudnn", false, ConvolutionChoice.FASTEST),
    /** On a GPU, floats rounded for its tensor cores. */
    LETHE_CUDNN_TF32("cudnn", true, ConvolutionChoice.TF32),
    /** Scalar loops on one thread: the baseline that the guard needs no other library for. */
    REFERENCE("reference", false, ConvolutionChoice.DIRECT);

    private final String backend;
    private final boolean tracking;
    private final ConvolutionChoice convolutions;

    LetheEngine(String backend, boolean tracking, ConvolutionChoice convolutions) {
        this.backend = backend;
        this.tracking = tracking;
        this.convolutions = convolutions;
    }

    /** As in {@code -p engine=...}: {@code lethe}, {@code lethe-untracked}, ... */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Set<DType> dtypes(BenchmarkModel model) {
        return switch (model) {
            case MNIST_CNN -> Set.of(DType.F32);
            case RESNET18, WRN_28_10, AIRBENCH94 ->
                this == REFERENCE ? Set.of() : activationTypes();
        };
    }

    /** What this processor computes with. */
    private Set<DType> activationTypes() {
        try (Backend opened = Backends.open(backend, 1)) {
            return opened.info().activationTypes();
        }
    }

    @Override
    public Optional<String> refusal(BenchmarkModel model, DType dtype) {
        return unavailable().or(() -> TrainStepEngineProvider.super.refusal(model, dtype));
    }

    /** Why its backend cannot run here. */
    private Optional<String> unavailable() {
        return Backends.providers().stream().filter(provider -> provider.name().equals(backend))
                .map(BackendProvider::availability)
                .flatMap(verdict -> verdict instanceof Unavailable(String reason, String remedy)
                        ? Stream.of("engine=" + label() + " cannot run here: " + reason + "; " + remedy + ".")
                        : Stream.empty())
                .findFirst();
    }

    @Override
    public TrainStepEngine create(TrainStepTask task) {
        requireSupport(task);
        return new LetheTrainStep(label(), Backends.open(backend, task.threads()), task, tracking, convolutions);
    }
}
