package dev.lethe.bench.peers;

import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepEngineProvider;
import dev.lethe.bench.TrainStepTask;
import dev.lethe.kernels.DType;

/** {@code engine=tensorflow}: TensorFlow Java in graph mode. */
public final class TensorFlowProvider implements TrainStepEngineProvider {
    @Override
    public String label() {
        return "tensorflow";
    }

    @Override
    public TrainStepEngine create(TrainStepTask task) {
        task.requireDtype(label(), DType.F32);
        return switch (task.model()) {
            case MNIST_CNN -> new TensorFlowMnistCnn(task);
        };
    }
}
