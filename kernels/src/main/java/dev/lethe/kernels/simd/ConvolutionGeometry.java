package dev.lethe.kernels.simd;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Shape;

/**
 * The sizes of a convolution of images of one size, or of a linear layer, which is a convolution whose kernel is the
 * whole image.
 *
 * @param inputHeight rows of an input image
 * @param inputWidth columns of an input image
 * @param inputs channels of the input, of all groups together
 * @param outputHeight rows of an output image
 * @param outputWidth columns of an output image
 * @param outputs channels of the output, of all groups together
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param stride step of the window in both directions
 * @param padding rows and columns of zeros on each side
 * @param dilation distance between taps of the kernel
 * @param groups number of groups that input and output channels are split into
 */
public record ConvolutionGeometry(int inputHeight, int inputWidth, int inputs, int outputHeight, int outputWidth,
        int outputs, int kernelHeight, int kernelWidth, int stride, int padding, int dilation, int groups) {
    /**
     * Returns the sizes of a convolution.
     *
     * @param input (N, H, W, C); N is not used
     */
    public static ConvolutionGeometry of(ConvolutionSpec spec, Shape input) {
        Shape output = spec.outputShape(input);
        return new ConvolutionGeometry(input.dim(1), input.dim(2), input.dim(3), output.dim(1), output.dim(2),
                output.dim(3), spec.kernel(), spec.kernel(), spec.leastStride(input), spec.padding(), spec.dilation(),
                spec.groups());
    }

    /**
     * Returns the sizes of a linear layer.
     *
     * @param input (N, H, W, C) or (N, C); N is not used
     */
    public static ConvolutionGeometry linear(Shape input, int outputs) {
        boolean image = input.rank() == 4;
        int height = image ? input.dim(1) : 1;
        int width = image ? input.dim(2) : 1;
        return new ConvolutionGeometry(height, width, input.dim(input.rank() - 1), 1, 1, outputs, height, width, 1, 0,
                1, 1);
    }

    /** Returns the input channels of one group. */
    public int groupInputs() {
        return inputs / groups;
    }

    /** Returns the output channels of one group. */
    public int groupOutputs() {
        return outputs / groups;
    }

    /** Returns the taps of the kernel. */
    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /** Tells whether every output reads one pixel, the one at its own place. */
    public boolean isPointwise() {
        return taps() == 1 && stride == 1 && padding == 0;
    }

    /** Tells whether every output reads the whole image. */
    public boolean isWholeImage() {
        return padding == 0 && dilation == 1 && groups == 1 && kernelHeight == inputHeight
                && kernelWidth == inputWidth;
    }

    /**
     * Returns the computation on one image of a single row, whose columns are the pixels of all images, or whole images
     * if every output reads one. Only pointwise and whole-image convolutions have no borders in between.
     *
     * @throws IllegalArgumentException for any other convolution
     */
    public ConvolutionGeometry joined(int images) {
        if (!isPointwise() && !isWholeImage()) {
            throw new IllegalArgumentException("images cannot be joined: outputs read several pixels of " + this);
        }
        int columns = images * outputHeight * outputWidth;
        return new ConvolutionGeometry(1, columns, inputs * taps(), 1, columns, outputs, 1, 1, 1, 0, 1, groups);
    }
}
