package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepTask;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The network {@link BenchmarkModel#AIRBENCH94} in libtorch. */
final class LibtorchAirbench94 extends LibtorchStep {
    private static final double MOMENTUM = 0.4;
    private static final double EPSILON = 1e-12;

    private final LibtorchConvolution whitening;
    private final List<Group> groups = new ArrayList<>();
    private final Scalar scale;

    LibtorchAirbench94(TrainStepTask task) {
        super(task);
        whitening = new LibtorchConvolution(this, "0", 1, 0);
        for (int group = 2; group <= 4; group++) {
            groups.add(new Group(group + "."));
        }
        scale = own(new Scalar(1 / 9.0));
    }

    private final class Group {
        private final LibtorchConvolution conv1;
        private final LibtorchBatchNorm norm1;
        private final LibtorchConvolution conv2;
        private final LibtorchBatchNorm norm2;

        Group(String prefix) {
            conv1 = new LibtorchConvolution(LibtorchAirbench94.this, prefix + "conv1", 1, 1);
            norm1 = new LibtorchBatchNorm(LibtorchAirbench94.this, prefix + "norm1", MOMENTUM, EPSILON);
            conv2 = new LibtorchConvolution(LibtorchAirbench94.this, prefix + "conv2", 1, 1);
            norm2 = new LibtorchBatchNorm(LibtorchAirbench94.this, prefix + "norm2", MOMENTUM, EPSILON);
        }

        Tensor apply(Tensor input) {
            Tensor features = torch.gelu(norm1.apply(torch.max_pool2d(conv1.apply(input), 2, 2)));
            return torch.gelu(norm2.apply(conv2.apply(features)));
        }
    }

    @Override
    Tensor logits(Tensor batch) {
        Tensor features = torch.gelu(whitening.apply(batch)); // (N, 24, 31, 31)
        for (Group group : groups) {
            features = group.apply(features);
        }
        Tensor pooled = torch.max_pool2d(features, 3, 3).flatten(1, -1); // (N, 256)
        return torch.linear(pooled, parameter("7.weight")).mul(scale);
    }
}
