package dev.lethe.kernels.simd.product;

import dev.lethe.kernels.simd.Floats;
import dev.lethe.kernels.simd.Panels;

/**
 * Weights of floats in one of the orders that kernels read.
 *
 * @param shape dimensions that callers see
 * @param order order in memory
 */
public record OrderedWeights(WeightShape shape, WeightOrder order) {
    public OrderedWeights {
        boolean oneGroup = order == WeightOrder.INPUTS_LAST || order == WeightOrder.IMAGE_PANELS;
        if (oneGroup && shape.groups() > 1) {
            throw new IllegalArgumentException("weights in groups=" + shape.groups() + " have no order " + order);
        }
    }

    private int taps() {
        return shape.height() * shape.width();
    }

    /** Returns the panels of one group, if the order has panels. */
    private Panels panels() {
        return switch (order) {
            case OUTPUT_PANELS -> Panels.of(taps() * shape.inputs(), shape.outputs());
            case INPUT_PANELS -> Panels.of(taps() * shape.outputs(), shape.inputs());
            case IMAGE_PANELS -> Panels.of(shape.outputs(), taps() * shape.inputs());
            case PLAIN, OUTPUTS_LAST, INPUTS_LAST -> throw new IllegalStateException("no panels in order " + order);
        };
    }

    /** Returns the bytes of all weights, with padding. */
    public long bytes() {
        return switch (order) {
            case PLAIN, OUTPUTS_LAST, INPUTS_LAST -> shape.elements() * Floats.BYTES;
            case OUTPUT_PANELS, INPUT_PANELS, IMAGE_PANELS -> shape.groups() * panels().bytes();
        };
    }

    /**
     * Returns the bytes before a weight.
     *
     * @param tap row and column of the kernel as one number, row by row
     */
    public long offset(int group, int output, int input, int tap) {
        int outputs = shape.outputs();
        int inputs = shape.inputs();
        return switch (order) {
            case PLAIN -> ((((long) group * outputs + output) * inputs + input) * taps() + tap) * Floats.BYTES;
            case OUTPUTS_LAST -> ((((long) tap * inputs + input) * shape.groups() + group) * outputs + output)
                    * Floats.BYTES;
            case INPUTS_LAST -> (((long) tap * outputs + output) * inputs + input) * Floats.BYTES;
            case OUTPUT_PANELS -> group * panels().bytes() + panels().offset(tap * inputs + input, output);
            case INPUT_PANELS -> group * panels().bytes() + panels().offset(tap * outputs + output, input);
            case IMAGE_PANELS -> panels().offset(output, tap * inputs + input);
        };
    }

    /** Returns the number of outputs, from one on, that are equally far apart. */
    int evenOutputs(int output) {
        int rest = shape.outputs() - output;
        return order == WeightOrder.OUTPUT_PANELS ? Math.min(rest, leftOfPanel(output)) : rest;
    }

    /** Returns the number of inputs of a tap, from one on, that are equally far apart. */
    int evenInputs(int input, int tap) {
        int rest = shape.inputs() - input;
        return switch (order) {
            case INPUT_PANELS -> Math.min(rest, leftOfPanel(input));
            case IMAGE_PANELS -> Math.min(rest, leftOfPanel(tap * shape.inputs() + input));
            case PLAIN, OUTPUTS_LAST, INPUTS_LAST, OUTPUT_PANELS -> rest;
        };
    }

    private int leftOfPanel(int column) {
        int width = panels().width();
        return width - column % width;
    }
}
