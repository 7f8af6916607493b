package dev.lethe.bench.peers;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A convolution with the parameters of a name, with a bias if there is one. */
final class LibtorchConvolution {
    private static final long[] UNDILATED = {1, 1};

    private final Tensor weight; // (out, in, height, width)
    private final TensorOptional bias;
    private final long[] stride;
    private final long[] padding;

    LibtorchConvolution(LibtorchStep step, String layer, long stride, long padding) {
        weight = step.parameter(layer + ".weight");
        bias = step.optional(layer + ".bias");
        this.stride = new long[]{stride, stride};
        this.padding = new long[]{padding, padding};
    }

    Tensor apply(Tensor input) {
        return torch.conv2d(input, weight, bias, stride, padding, UNDILATED, 1);
    }
}
