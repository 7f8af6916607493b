package dev.lethe.bench.peers.onednn;

import java.util.List;

/**
 * A square convolution of a network without its bias.
 *
 * @param in channels of the input
 * @param out channels of the output
 * @param size rows and columns of the input
 * @param kernel rows and columns of the weights
 * @param stride step of the windows in both directions
 * @param padding rows and columns of zeros on each side
 * @param count number of layers of this kind in the network
 * @param inputGradient  whether the network needs the gradient of its input
 * @param weightGradient whether the network needs the gradient of its weights
 */
record ConvolutionLayer(int in, int out, int size, int kernel, int stride, int padding, int count,
        boolean inputGradient, boolean weightGradient) {
    ConvolutionLayer {
        if (in < 1 || out < 1 || kernel < 1 || stride < 1 || padding < 0 || count < 1
                || size + 2 * padding < kernel) {
            throw new IllegalArgumentException("convolution in=" + in + ", out=" + out + ", size=" + size + ", kernel="
                    + kernel + ", stride=" + stride + ", padding=" + padding + ", count=" + count
                    + ": all but the padding must be at least 1, and the kernel must fit into the padded input");
        }
    }

    /** Returns a layer whose gradients are all needed, padded by {@code kernel / 2}. */
    private static ConvolutionLayer same(int in, int out, int size, int kernel, int stride, int count) {
        return new ConvolutionLayer(in, out, size, kernel, stride, kernel / 2, count, true, true);
    }

    /** Returns the layers of {@link dev.lethe.bench.BenchmarkModel#RESNET18}. */
    static List<ConvolutionLayer> resnet18() {
        return List.of(new ConvolutionLayer(3, 64, 32, 3, 1, 1, 1, false, true), same(64, 64, 32, 3, 1, 4),
                same(64, 128, 32, 3, 2, 1), same(128, 128, 16, 3, 1, 3), same(64, 128, 32, 1, 2, 1),
                same(128, 256, 16, 3, 2, 1), same(256, 256, 8, 3, 1, 3), same(128, 256, 16, 1, 2, 1),
                same(256, 512, 8, 3, 2, 1), same(512, 512, 4, 3, 1, 3), same(256, 512, 8, 1, 2, 1));
    }

    /** Returns the layers of {@link dev.lethe.bench.BenchmarkModel#AIRBENCH94}, of which the first is not trained. */
    static List<ConvolutionLayer> airbench94() {
        return List.of(new ConvolutionLayer(3, 24, 32, 2, 1, 0, 1, false, false), same(24, 64, 31, 3, 1, 1),
                same(64, 64, 15, 3, 1, 1), same(64, 256, 15, 3, 1, 1), same(256, 256, 7, 3, 1, 2),
                same(256, 256, 3, 3, 1, 1));
    }

    /** Returns the rows and columns of the output. */
    int outputSize() {
        return (size + 2 * padding - kernel) / stride + 1;
    }

    /** Returns the multiplications of the forward pass of one image through all {@link #count} layers. */
    long multiplications() {
        return (long) count * in * out * kernel * kernel * outputSize() * outputSize();
    }
}
