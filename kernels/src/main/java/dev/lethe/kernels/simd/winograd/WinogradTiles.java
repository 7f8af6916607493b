package dev.lethe.kernels.simd.winograd;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Shape;

/**
 * The tiles of the outputs of a convolution with 3x3 kernels, for Winograd's F(m, 3).
 *
 * @param m outputs of a tile's side: 2 or 4
 * @param inputHeight rows of an input image
 * @param inputWidth columns of an input image
 * @param padding rows and columns of zeros on each side of it
 * @param inputChannels channels of the input
 * @param outputChannels channels of the output
 */
public record WinogradTiles(int m, int inputHeight, int inputWidth, int padding, int inputChannels,
        int outputChannels) {
    public WinogradTiles {
        if (m != 2 && m != 4) {
            throw new IllegalArgumentException("Winograd's tiles have m=2 or m=4 outputs a side, not m=" + m);
        }
    }

    /** Tells whether Winograd's algorithm can compute a convolution. */
    public static boolean accepts(ConvolutionSpec spec) {
        return spec.kernel() == 3 && spec.stride() == 1 && spec.dilation() == 1 && spec.groups() == 1
                && spec.padding() <= 2;
    }

    /** Returns the tiles of a convolution's output. */
    public static WinogradTiles of(int m, ConvolutionSpec spec, Shape input) {
        if (!accepts(spec)) {
            throw new IllegalArgumentException("Winograd's algorithm does not compute " + spec);
        }
        return new WinogradTiles(m, input.dim(1), input.dim(2), spec.padding(), spec.inputChannels(),
                spec.outputChannels());
    }

    /** Returns the tiles of the input's gradient, which is a convolution of the output's gradient. */
    public WinogradTiles ofInputGradient() {
        return new WinogradTiles(m, outputHeight(), outputWidth(), 2 - padding, outputChannels, inputChannels);
    }

    /** Returns the rows of an output image. */
    public int outputHeight() {
        return inputHeight + 2 * padding - 2;
    }

    /** Returns the columns of an output image. */
    public int outputWidth() {
        return inputWidth + 2 * padding - 2;
    }

    /** Returns the number of tiles below each other. */
    int down() {
        return (outputHeight() + m - 1) / m;
    }

    /** Returns the number of tiles side by side. */
    int across() {
        return (outputWidth() + m - 1) / m;
    }

    /** Returns the number of tiles of an image. */
    public int perImage() {
        return down() * across();
    }

    /** Returns the number of points at which a tile is evaluated, and of products in place of {@code 9 m^2}. */
    public int points() {
        return (m + 2) * (m + 2);
    }
}
