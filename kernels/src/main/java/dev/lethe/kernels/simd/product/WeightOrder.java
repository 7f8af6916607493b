package dev.lethe.kernels.simd.product;

/** The orders in which kernels read weights. */
public enum WeightOrder {
    /** The order that callers see: (group, output, input, row, column). */
    PLAIN,
    /** (row, column, input, group, output). */
    OUTPUTS_LAST,
    /** (row, column, output, input), for weights without groups. */
    INPUTS_LAST,
    /** Panels of outputs for each group: (panel, row, column, input, output of the panel). */
    OUTPUT_PANELS,
    /** Panels of inputs for each group: (panel, row, column, output, input of the panel). */
    INPUT_PANELS,
    /** Panels of whole images of inputs: (panel, output, pixel's input of the panel), for weights without groups. */
    IMAGE_PANELS
}
