package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepEngineProvider;
import dev.lethe.bench.TrainStepTask;
import dev.lethe.kernels.tensor.DType;
import java.util.EnumSet;
import java.util.Set;

/** The provider of {@code engine=tensorflow}: TensorFlow Java in graph mode. */
public final class TensorFlowProvider implements TrainStepEngineProvider {
    @Override
    public String label() {
        return "tensorflow";
    }

    @Override
    public Set<DType> dtypes(BenchmarkModel model) {
        return switch (model) {
            case MNIST_CNN -> Set.of(DType.F32);
            case RESNET18 -> EnumSet.of(DType.F32, DType.BF16);
            case WRN_28_10, AIRBENCH94 -> Set.of();
        };
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
