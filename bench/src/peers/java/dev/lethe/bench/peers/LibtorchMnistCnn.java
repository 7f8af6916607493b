package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepTask;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The network {@link BenchmarkModel#MNIST_CNN} in libtorch. ReLU before the pooling, weights that are not
 * channels-last, and glibc's malloc told to keep its memory made no difference.
 */
final class LibtorchMnistCnn extends LibtorchStep {
    private final LibtorchConvolution conv1;
    private final LibtorchConvolution conv2;

    LibtorchMnistCnn(TrainStepTask task) {
        super(task);
        conv1 = new LibtorchConvolution(this, "conv1", 1, 0);
        conv2 = new LibtorchConvolution(this, "conv2", 1, 0);
    }

    @Override
    Tensor logits(Tensor batch) {
        Tensor features = torch.relu_(torch.max_pool2d(conv1.apply(batch), 2, 2)); // (N, 10, 12, 12)
        features = torch.relu_(torch.max_pool2d(conv2.apply(features), 2, 2)); // (N, 20, 4, 4)
        Tensor hidden = torch.relu_(linear(features.flatten(1, -1), "fc1")); // (N, 50)
        return linear(hidden, "fc2"); // (N, 10)
    }

    private Tensor linear(Tensor input, String layer) {
        return torch.linear(input, parameter(layer + ".weight"), optional(layer + ".bias"));
    }
}
