package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Shape;

/**
 * A two-dimensional pooling with square windows.
 *
 * @param window side of the window
 * @param stride step of the window in both directions
 * @param padding rows and columns added on each side; they never win the maximum
 */
public record PoolSpec(int window, int stride, int padding) {
    /** The largest window whose area an int can hold. */
    private static final int LARGEST_WINDOW = 1 << 15;

    /** Refuses impossible values by a sentence that names them. */
    public PoolSpec {
        if (window < 1 || stride < 1) {
            throw new IllegalArgumentException(
                    "pooling window=" + window + ", stride=" + stride + ": both must be at least 1");
        }
        if (padding < 0 || 2L * padding > window) {
            throw new IllegalArgumentException(
                    "pooling padding=" + padding + ": it lies between 0 and half of window=" + window);
        }
        if (window > LARGEST_WINDOW) {
            throw new IllegalArgumentException(
                    "pooling window=" + window + ": at most " + LARGEST_WINDOW + " is possible");
        }
    }

    /** Returns windows side by side, without padding. */
    public static PoolSpec tiles(int window) {
        return new PoolSpec(window, window, 0);
    }

    /** Returns the number of elements of a window. */
    public int area() {
        return window * window;
    }

    /**
     * Returns the output's side for an input of the given side; a window that does not fit is left out.
     *
     * @throws IllegalArgumentException when no window fits into the padded input, or its side is too large for an int
     */
    public int outputSide(int inputSide) {
        return (paddedSide(inputSide) - window) / stride + 1;
    }

    private int paddedSide(int inputSide) {
        long padded = inputSide + 2L * padding;
        if (padded > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("pooling padding=" + padding + " makes an input of side " + inputSide
                    + " one of side " + padded + ": at most " + Integer.MAX_VALUE + " is possible");
        }
        if (padded < window) {
            throw new IllegalArgumentException(
                    "pooling window=" + window + " is larger than its padded input of side " + padded);
        }
        return (int) padded;
    }

    /**
     * Returns the smallest stride with the same results along an input of the given side: if a single window fits, the
     * stride does not matter, and libraries fail at large ones.
     */
    public int leastStride(int inputSide) {
        return Math.min(stride, paddedSide(inputSide) - window + 1);
    }

    /** Returns the shape of the output, (N, H, W, C), for that of an input. */
    public Shape outputShape(Shape input) {
        if (input.rank() != 4) {
            throw new IllegalArgumentException("pooling reads (N, H, W, C), not " + input);
        }
        return Shape.of(input.dim(0), outputSide(input.dim(1)), outputSide(input.dim(2)), input.dim(3));
    }
}
