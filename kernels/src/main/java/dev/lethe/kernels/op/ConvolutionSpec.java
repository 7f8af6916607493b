package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Shape;
import java.util.stream.IntStream;

/**
 * A two-dimensional convolution (cross-correlation, as in every deep-learning framework) with square kernels.
 *
 * @param inputChannels channels of the input
 * @param outputChannels channels of the output
 * @param kernel side of the kernel
 * @param stride step of the window in both directions
 * @param padding rows and columns of zeros added on each side
 * @param dilation distance between kernel taps; always 1 where the kernel has one tap alone
 * @param groups input and output channels are split into this many independent groups
 */
public record ConvolutionSpec(int inputChannels, int outputChannels, int kernel, int stride, int padding, int dilation,
        int groups) {
    /** Refuses impossible values by a sentence that names them. */
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
        if (kernel == 1) {
            dilation = 1; // oneDNN reads outside of its memory with another value
        }
        if (dilation * (kernel - 1L) + 1 > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("convolution kernel=" + kernel + " with dilation=" + dilation + " spans "
                    + (dilation * (kernel - 1L) + 1) + " pixels: at most " + Integer.MAX_VALUE + " are possible");
        }
    }

    /** Returns a convolution without padding, stride, dilation or groups. */
    public static ConvolutionSpec valid(int inputChannels, int outputChannels, int kernel) {
        return new ConvolutionSpec(inputChannels, outputChannels, kernel, 1, 0, 1, 1);
    }

    /** Returns the pixels that the kernel spans in one direction, between its first and last tap inclusive. */
    public int extent() {
        return dilation * (kernel - 1) + 1;
    }

    /**
     * Returns the output's side for an input of the given side.
     *
     * @throws IllegalArgumentException when the kernel does not fit into the padded input, or that is too large
     */
    public int outputSide(int inputSide) {
        return (paddedSide(inputSide) - extent()) / stride + 1;
    }

    private int paddedSide(int inputSide) {
        long padded = inputSide + 2L * padding;
        if (padded > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("convolution padding=" + padding + " makes an input of side " + inputSide
                    + " one of side " + padded + ": at most " + Integer.MAX_VALUE + " is possible");
        }
        if (padded < extent()) {
            throw new IllegalArgumentException(
                    "convolution kernel=" + kernel + " is larger than its padded input of side " + padded);
        }
        return (int) padded;
    }

    /**
     * Returns the smallest stride with the same results along an input of the given side: if the window has a single
     * place, the stride does not matter, and libraries fail at large ones.
     */
    public int leastStride(int inputSide) {
        int places = paddedSide(inputSide) - extent() + 1;
        return Math.min(stride, places);
    }

    /**
     * Returns the smallest stride in both directions with the same results on images of the given shape.
     *
     * @param images (N, H, W, C)
     */
    public int leastStride(Shape images) {
        return Math.max(leastStride(images.dim(1)), leastStride(images.dim(2)));
    }

    /**
     * Returns the rows or columns at the end of an input of the given side that no output reads, without the padding.
     * Negative if outputs read padding there.
     */
    public int unreadEnd(int inputSide) {
        return inputSide + padding - (outputSide(inputSide) - 1) * leastStride(inputSide) - extent();
    }

    /** Tells whether some output reads nothing but padding, along an input of the given side. */
    public boolean readsPaddingAlone(int inputSide) {
        int outputs = outputSide(inputSide);
        return IntStream.range(0, outputs).anyMatch(output -> IntStream.range(0, kernel)
                .noneMatch(tap -> meets(output, tap, inputSide)));
    }

    /** Tells whether some tap of the kernel lies on padding alone, along an input of the given side. */
    public boolean hasIdleTaps(int inputSide) {
        return IntStream.range(0, kernel).anyMatch(tap -> isIdle(tap, inputSide));
    }

    /**
     * Tells whether a tap of the kernel lies on padding alone, along an input of the given side.
     *
     * @param tap row or column of the kernel
     */
    public boolean isIdle(int tap, int inputSide) {
        return IntStream.range(0, outputSide(inputSide)).noneMatch(output -> meets(output, tap, inputSide));
    }

    private boolean meets(int output, int tap, int inputSide) {
        int at = output * leastStride(inputSide) - padding + tap * dilation;
        return at >= 0 && at < inputSide;
    }

    /** Returns the shape of the weights, (O, I / groups, K, K). */
    public Shape weightsShape() {
        return Shape.of(outputChannels, inputChannels / groups, kernel, kernel);
    }

    /** Returns the shape of the output, (N, H, W, C), for that of an input. */
    public Shape outputShape(Shape input) {
        if (input.rank() != 4 || input.dim(3) != inputChannels) {
            throw new IllegalArgumentException(
                    "convolution of inputChannels=" + inputChannels + " cannot read an input of shape " + input);
        }
        return Shape.of(input.dim(0), outputSide(input.dim(1)), outputSide(input.dim(2)), outputChannels);
    }

    /** Returns the number of multiplications plus that of additions of the forward pass over one example. */
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
