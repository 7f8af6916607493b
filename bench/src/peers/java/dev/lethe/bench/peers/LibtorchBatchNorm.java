package dev.lethe.bench.peers;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A batch norm in training mode with the parameters of a name and its own running statistics. */
final class LibtorchBatchNorm {
    private final TensorOptional weight;
    private final TensorOptional bias;
    private final TensorOptional mean;
    private final TensorOptional variance;
    private final double momentum;
    private final double epsilon;

    /**
     * Makes a batch norm.
     *
     * @param momentum weight of the batch in the running statistics, as PyTorch counts it
     */
    LibtorchBatchNorm(LibtorchStep step, String layer, double momentum, double epsilon) {
        weight = step.optional(layer + ".weight");
        bias = step.optional(layer + ".bias");
        int channels = Math.toIntExact(step.parameter(layer + ".bias").size(0));
        mean = step.statistic(channels, 0);
        variance = step.statistic(channels, 1);
        this.momentum = momentum;
        this.epsilon = epsilon;
    }

    Tensor apply(Tensor input) {
        return torch.batch_norm(input, weight, bias, mean, variance, true, momentum, epsilon, false);
    }
}
