package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepEngineProvider;
import dev.lethe.bench.TrainStepTask;
import dev.lethe.kernels.host.Processor;
import dev.lethe.kernels.tensor.DType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The provider of {@code engine=tensorflow}: TensorFlow Java in graph mode. */
public final class TensorFlowProvider implements TrainStepEngineProvider {
    /**
     * True where TensorFlow computes in bfloat16s when it is asked to: its rewriting of graphs for mixed precision does
     * nothing on processors without AVX-512, and says nothing.
     */
    static final boolean COMPUTES_BF16 = Processor.features().contains("avx512f");

    @Override
    public String label() {
        return "tensorflow";
    }

    @Override
    public Set<DType> dtypes(BenchmarkModel model) {
        return switch (model) {
            case MNIST_CNN -> Set.of(DType.F32);
            case RESNET18 -> COMPUTES_BF16 ? EnumSet.of(DType.F32, DType.BF16) : EnumSet.of(DType.F32);
            case WRN_28_10, AIRBENCH94 -> Set.of();
        };
    }

    @Override
    public Optional<String> refusal(BenchmarkModel model, DType dtype) {
        return dtype == DType.BF16 && model == BenchmarkModel.RESNET18 && !COMPUTES_BF16
                ? Optional.of("engine=tensorflow would compute in floats for dtype=bf16: the processor has no AVX-512.")
                : TrainStepEngineProvider.super.refusal(model, dtype);
    }

    @Override
    public TrainStepEngine create(TrainStepTask task) {
        requireSupport(task);
        return switch (task.model()) {
            case MNIST_CNN -> new TensorFlowStep(task, new TensorFlowMnistCnn());
            case RESNET18 -> new TensorFlowStep(task, new TensorFlowResNet18());
            case WRN_28_10, AIRBENCH94 -> throw new IllegalStateException("requireSupport refuses it");
        };
    }
}
