package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepEngineProvider;
import dev.lethe.bench.TrainStepTask;
import dev.lethe.kernels.tensor.DType;
import java.util.EnumSet;
import java.util.Set;

/** The provider of {@code engine=libtorch}: PyTorch's C++ library through JavaCPP. */
public final class LibtorchProvider implements TrainStepEngineProvider {
    @Override
    public String label() {
        return "libtorch";
    }

    @Override
    public Set<DType> dtypes(BenchmarkModel model) {
        return switch (model) {
            case MNIST_CNN -> Set.of(DType.F32);
            case RESNET18, AIRBENCH94 -> EnumSet.of(DType.F32, DType.BF16);
            case WRN_28_10 -> Set.of();
        };
    }

    @Override
    public TrainStepEngine create(TrainStepTask task) {
        requireSupport(task);
        return switch (task.model()) {
            case MNIST_CNN -> new LibtorchMnistCnn(task);
            case RESNET18 -> new LibtorchResNet18(task);
            case AIRBENCH94 -> new LibtorchAirbench94(task);
            case WRN_28_10 -> throw new IllegalStateException("requireSupport refuses it");
        };
    }
}
