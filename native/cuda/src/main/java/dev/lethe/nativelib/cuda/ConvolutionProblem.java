package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;

/**
 * A convolution for a library to compute: images (batch, height, width, channels), filters (outputs, kernelHeight,
 * kernelWidth, channels / groups), results (batch, outputHeight, outputWidth, outputs), all of one type and dense.
 *
 * @param part tensor that is computed
 * @param type type of all three tensors; sums are floats
 * @param channels channels of the images, with padding
 */
record ConvolutionProblem(Part part, DType type, int batch, int height, int width, int channels, int outputs,
        int kernelHeight, int kernelWidth, int outputHeight, int outputWidth, int stride, int padding, int dilation,
        int groups) {

    /** The tensor that is computed from the other two. */
    enum Part {
        /** The results. */
        FORWARD,
        /** The gradient of the images. */
        DATA,
        /** The gradient of the filters. */
        WEIGHTS
    }

    static ConvolutionProblem of(Part part, DType type, ConvolutionSpec spec, Shape input, Shape output,
            int channels) {
        return new ConvolutionProblem(part, type, input.dim(0), input.dim(1), input.dim(2), channels,
                spec.outputChannels(), spec.kernel(), spec.kernel(), output.dim(1), output.dim(2),
                spec.leastStride(input),
                spec.padding(), spec.dilation(), spec.groups());
    }

    /**
     * Returns a linear layer as a convolution whose kernel covers the image, so that PyTorch's order of weights is that
     * of the filters. Images of one channel are in that order already.
     *
     * @param input shape of the input of {@link LinearOp.Forward}
     */
    static ConvolutionProblem linear(Part part, DType type, Shape input, int outputs) {
        boolean images = coversImages(input);
        int height = images ? input.dim(1) : 1;
        int width = images ? input.dim(2) : 1;
        int channels = Math.toIntExact(input.elementsPerExample() / height / width);
        return new ConvolutionProblem(part, type, input.dim(0), height, width, channels, outputs, height, width, 1, 1,
                1, 0, 1, 1);
    }

    /** Tells whether a linear layer's weights have another order than its input. */
    static boolean coversImages(Shape input) {
        return input.rank() == 4 && input.dim(3) > 1;
    }

    /** Returns the same convolution of a batch of another size. */
    ConvolutionProblem withBatch(int size) {
        return new ConvolutionProblem(part, type, size, height, width, channels, outputs, kernelHeight, kernelWidth,
                outputHeight, outputWidth, stride, padding, dilation, groups);
    }

    long inputElements() {
        return (long) batch * height * width * channels;
    }

    long weightElements() {
        return (long) outputs * kernelHeight * kernelWidth * channels / groups;
    }

    long outputElements() {
        return (long) batch * outputHeight * outputWidth * outputs;
    }
}
