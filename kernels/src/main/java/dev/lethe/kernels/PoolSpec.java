package dev.lethe.kernels;

/**
 * A two-dimensional max pooling with square windows.
 *
 * @param window side of the window
 * @param stride step of the window in both directions
 * @param padding rows and columns added on each side; they never win the maximum
 */
public record PoolSpec(int window, int stride, int padding) {
    public PoolSpec {
        if (window < 1 || stride < 1) {
            throw new IllegalArgumentException(
                    "pooling window=" + window + ", stride=" + stride + ": both must be at least 1");
        }
        if (padding < 0 || 2 * padding > window) {
            throw new IllegalArgumentException(
                    "pooling padding=" + padding + ": it lies between 0 and half of window=" + window);
        }
    }

    /** Windows side by side, without padding. */
    public static PoolSpec tiles(int window) {
        return new PoolSpec(window, window, 0);
    }

    /** Elements of a window. */
    public int area() {
        return window * window;
    }

    /** The output's side for an input of the given side; a window that does not fit is left out. */
    public int outputSide(int inputSide) {
        if (inputSide + 2 * padding < window) {
            throw new IllegalArgumentException(
                    "pooling window=" + window + " is larger than its padded input of side "
                            + (inputSide + 2 * padding));
        }
        return (inputSide + 2 * padding - window) / stride + 1;
    }

    /** The output's (N, H, W, C) for an input's (N, H, W, C). */
    public Shape outputShape(Shape input) {
        if (input.rank() != 4) {
            throw new IllegalArgumentException("pooling reads (N, H, W, C), not " + input);
        }
        return Shape.of(input.dim(0), outputSide(input.dim(1)), outputSide(input.dim(2)), input.dim(3));
    }
}
