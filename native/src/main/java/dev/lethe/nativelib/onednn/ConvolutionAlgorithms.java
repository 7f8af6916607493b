package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.ConvolutionSpec;
import dev.lethe.kernels.simd.WinogradTiles;

/** Which algorithm computes which convolution of a program. */
final class ConvolutionAlgorithms {
    private final ConvolutionAlgorithm preferred = ConvolutionAlgorithm
            .valueOf(System.getProperty("lethe.conv", "DIRECT"));

    /** The side of the tiles of Winograd's algorithm for an operation, 0 for the direct one. */
    int tileSide(ConvolutionOp op) {
        ConvolutionSpec spec = switch (op) {
            case ConvolutionOp.Forward forward -> forward.spec();
            case ConvolutionOp.BackwardData data -> data.spec();
            case ConvolutionOp.BackwardWeights weights -> weights.spec();
        };
        return WinogradTiles.accepts(spec) ? preferred.tileSide() : 0;
    }
}
