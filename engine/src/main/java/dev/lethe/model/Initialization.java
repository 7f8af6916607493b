package dev.lethe.model;

import dev.lethe.kernels.Philox;
import dev.lethe.kernels.Shape;

/**
 * PyTorch's default initial values for convolutions and linear layers: weights and bias uniform in
 * {@code +-1 / sqrt(fan_in)}, fan_in being the inputs of one output.
 */
final class Initialization {
    private Initialization() {}

    /**
     * Values of one parameter.
     *
     * @param fanIn inputs that one output of the layer sums up
     * @param index of the parameter in its network: parameters draw independent numbers
     */
    static float[] uniform(Shape shape, int fanIn, long seed, int index) {
        double bound = 1 / Math.sqrt(fanIn);
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2.0 * Philox.uniform(seed, Philox.Stream.INITIALIZATION, index, i) - 1));
        }
        return values;
    }
}
