package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepTask;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The network {@link BenchmarkModel#RESNET18} in libtorch. */
final class LibtorchResNet18 extends LibtorchStep {
    private static final double MOMENTUM = 0.1;
    private static final double EPSILON = 1e-5;

    private final LibtorchConvolution conv1;
    private final LibtorchBatchNorm bn1;
    private final List<BasicBlock> blocks = new ArrayList<>();

    LibtorchResNet18(TrainStepTask task) {
        super(task);
        conv1 = new LibtorchConvolution(this, "conv1", 1, 1);
        bn1 = norm("bn1");
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 0; block < 2; block++) {
                blocks.add(new BasicBlock("layer" + stage + "." + block + ".", stage > 1 && block == 0));
            }
        }
    }

    private LibtorchBatchNorm norm(String layer) {
        return new LibtorchBatchNorm(this, layer, MOMENTUM, EPSILON);
    }

    private final class BasicBlock {
        private final LibtorchConvolution conv1;
        private final LibtorchBatchNorm bn1;
        private final LibtorchConvolution conv2;
        private final LibtorchBatchNorm bn2;
        private final LibtorchConvolution downsample; // null where the shape stays
        private final LibtorchBatchNorm downsampleNorm;

        BasicBlock(String prefix, boolean halves) {
            conv1 = new LibtorchConvolution(LibtorchResNet18.this, prefix + "conv1", halves ? 2 : 1, 1);
            bn1 = norm(prefix + "bn1");
            conv2 = new LibtorchConvolution(LibtorchResNet18.this, prefix + "conv2", 1, 1);
            bn2 = norm(prefix + "bn2");
            downsample = halves ? new LibtorchConvolution(LibtorchResNet18.this, prefix + "downsample.0", 2, 0) : null;
            downsampleNorm = halves ? norm(prefix + "downsample.1") : null;
        }

        Tensor apply(Tensor input) {
            Tensor shortcut = downsample == null ? input : downsampleNorm.apply(downsample.apply(input));
            Tensor features = torch.relu_(bn1.apply(conv1.apply(input)));
            return torch.relu_(bn2.apply(conv2.apply(features)).add_(shortcut));
        }
    }

    @Override
    Tensor logits(Tensor batch) {
        Tensor features = torch.relu_(bn1.apply(conv1.apply(batch))); // (N, 64, 32, 32)
        for (BasicBlock block : blocks) {
            features = block.apply(features);
        }
        Tensor pooled = torch.adaptive_avg_pool2d(features, 1, 1).flatten(1, -1); // (N, 512)
        return torch.linear(pooled, parameter("fc.weight"), optional("fc.bias"));
    }
}
