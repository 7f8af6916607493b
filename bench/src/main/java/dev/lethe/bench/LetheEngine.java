package dev.lethe.bench;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Lethe's own training step, as engines that differ in backend, convolutions and tracking. */
public enum LetheEngine implements TrainStepEngineProvider {
    /** The users' defaults: backend and convolutions chosen for the machine, with tracking. */
    LETHE(Backends.AUTO, true, ConvolutionChoice.FASTEST),
    /** The defaults without tracking; the difference is the cost of tracking. */
    LETHE_UNTRACKED(Backends.AUTO, false, ConvolutionChoice.FASTEST),
    /** The defaults with direct convolutions. */
    LETHE_DIRECT(Backends.AUTO, true, ConvolutionChoice.DIRECT),
    /** The kernels of oneDNN for every operation that it has. */
    LETHE_ONEDNN("onednn", true, ConvolutionChoice.DIRECT),
    /** The kernels of Lethe for every operation, without oneDNN. */
    LETHE_VECTOR("vector", true, ConvolutionChoice.FASTEST),
    /** A GPU with tracking; {@code -p dtype=f32} uses no tensor cores. */
    LETHE_CUDNN("cudnn", true, ConvolutionChoice.FASTEST),
    /** A GPU without tracking. */
    LETHE_CUDNN_UNTRACKED("cudnn", false, ConvolutionChoice.FASTEST),
    /** A GPU with floats rounded for its tensor cores. */
    LETHE_CUDNN_TF32("cudnn", true, ConvolutionChoice.TF32),
    /** Scalar loops on one thread: the guard's baseline, which needs no other library. */
    REFERENCE("reference", false, ConvolutionChoice.DIRECT);

    /** The types that backends have on this machine, asked once: to open a GPU and to close it takes a second. */
    private static final Map<String, Set<DType>> ACTIVATION_TYPES = new ConcurrentHashMap<>();

    private final String backend;
    private final boolean tracking;
    private final ConvolutionChoice convolutions;

    LetheEngine(String backend, boolean tracking, ConvolutionChoice convolutions) {
        this.backend = backend;
        this.tracking = tracking;
        this.convolutions = convolutions;
    }

    /** Returns the name that {@code -p engine=...} takes: {@code lethe}, {@code lethe-untracked}, ... */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Set<DType> dtypes(BenchmarkModel model) {
        return switch (model) {
            case MNIST_CNN -> Set.of(DType.F32);
            case RESNET18, WRN_28_10, AIRBENCH94 ->
                this == REFERENCE ? Set.of() : ACTIVATION_TYPES.computeIfAbsent(backend, LetheEngine::activationTypes);
        };
    }

    /** Returns the types of activations that a backend has on this machine. */
    private static Set<DType> activationTypes(String backend) {
        try (Backend opened = Backends.open(backend, 1)) {
            return opened.info().activationTypes();
        }
    }

    @Override
    public Optional<String> refusal(BenchmarkModel model, DType dtype) {
        return unavailable().or(() -> TrainStepEngineProvider.super.refusal(model, dtype));
    }

    /** Returns the reason why its backend cannot run on this machine; empty if it can. */
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
