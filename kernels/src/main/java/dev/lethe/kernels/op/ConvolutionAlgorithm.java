package dev.lethe.kernels.op;

import java.util.Arrays;
import java.util.stream.Collectors;

/** An algorithm that computes convolutions. */
public enum ConvolutionAlgorithm {
    /** The sum of products of the definition. */
    DIRECT("direct", 0),
    /** Winograd's F(2x2, 3x3): 2.25 times fewer multiplications. */
    WINOGRAD_2("winograd2", 2),
    /** Winograd's F(4x4, 3x3): 4 times fewer multiplications, with larger rounding errors. */
    WINOGRAD_4("winograd4", 4),
    /** Tensor cores, which add up in floats the products of numbers rounded to ten bits of mantissa. */
    TF32("tf32", 0);

    private final String label;
    private final int tileSide;

    ConvolutionAlgorithm(String label, int tileSide) {
        this.label = label;
        this.tileSide = tileSide;
    }

    /** Returns the name that {@code config.json} uses. */
    public String label() {
        return label;
    }

    /** Returns the number of outputs along a tile's side; 0 if the algorithm has no tiles. */
    public int tileSide() {
        return tileSide;
    }

    /**
     * Returns the algorithm of a label.
     *
     * @throws IllegalArgumentException naming the choices
     */
    public static ConvolutionAlgorithm of(String label) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.label.equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown algorithm '" + label + "' of a convolution: "
                        + "choose " + Arrays.stream(values()).map(ConvolutionAlgorithm::label)
                                .collect(Collectors.joining(", "))));
    }
}
