package dev.lethe.kernels;

/**
 * A two-dimensional convolution (cross-correlation, as in every deep-learning framework) with square kernels.
 *
 * @param inputChannels channels of the input
 * @param outputChannels channels of the output
 * @param kernel side of the kernel
 * @param stride step of the window in both directions
 * @param padding rows and columns of zeros added on each side
 * @param dilation distance between kernel taps
 * @param groups input and output channels are split into this many independent groups
 */
public record ConvolutionSpec(int inputChannels, int outputChannels, int kernel, int stride, int padding, int dilation,
        int groups) {
    public ConvolutionSpec {
        requirePositive("inputChannels", inputChannels);
        requirePositive("outputChannels", outputChannels);
        requirePositive("kernel", kernel);
        requirePositive("stride", stride);
        requirePositive("dilation", dilation);
        requirePositive("groups", groups);
        if (padding < 0) {
            throw new IllegalArgumentException("convolution padding=" + padding + ": it cannot be negative");
        }
        if (inputChannels % groups != 0 || outputChannels % groups != 0) {
            throw new IllegalArgumentException("convolution groups=" + groups + " must divide inputChannels="
                    + inputChannels + " and outputChannels=" + outputChannels);
        }
    }

    /** A convolution without padding, stride, dilation or groups. */
    public static ConvolutionSpec valid(int inputChannels, int outputChannels, int kernel) {
        return new ConvolutionSpec(inputChannels, outputChannels, kernel, 1, 0, 1, 1);
    }

    /** The output's side for an input of the given side. */
    public int outputSide(int inputSide) {
        int side = (inputSide + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        if (inputSide + 2 * padding < dilation * (kernel - 1) + 1) {
            throw new IllegalArgumentException(
                    "convolution kernel=" + kernel + " is larger than its padded input of side "
                            + (inputSide + 2 * padding));
        }
        return side;
    }

    /** (O, I / groups, K, K). */
    public Shape weightsShape() {
        return Shape.of(outputChannels, inputChannels / groups, kernel, kernel);
    }

    /** The output's (N, H, W, C) for an input's (N, H, W, C). */
    public Shape outputShape(Shape input) {
        if (input.rank() != 4 || input.dim(3) != inputChannels) {
            throw new IllegalArgumentException(
                    "convolution of inputChannels=" + inputChannels + " cannot read an input of shape " + input);
        }
        return Shape.of(input.dim(0), outputSide(input.dim(1)), outputSide(input.dim(2)), outputChannels);
    }

    /** Multiplications and additions of one forward pass over one example, counted apart. */
    public long flopsPerExample(Shape input) {
        Shape output = outputShape(input);
        return 2 * output.elementsPerExample() * (inputChannels / groups) * kernel * kernel;
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("convolution " + name + "=" + value + ": it must be at least 1");
        }
    }
}
