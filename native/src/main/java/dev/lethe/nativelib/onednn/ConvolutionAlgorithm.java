package dev.lethe.nativelib.onednn;

/** How a convolution is computed. */
enum ConvolutionAlgorithm {
    /** oneDNN's direct convolution. */
    DIRECT,
    /** Winograd's F(2, 3) in both dimensions. */
    WINOGRAD_2,
    /** Winograd's F(4, 3) in both dimensions. */
    WINOGRAD_4;

    /** Outputs of a tile's side, 0 where there are no tiles. */
    int tileSide() {
        return switch (this) {
            case DIRECT -> 0;
            case WINOGRAD_2 -> 2;
            case WINOGRAD_4 -> 4;
        };
    }
}
