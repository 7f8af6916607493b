package dev.lethe.bench;

import java.util.List;
import java.util.Objects;

/**
 * A tensor of a network that the optimizer may change, with PyTorch's name, layout and initialisation.
 *
 * @param name name of the tensor: {@code conv1.weight}
 * @param shape   (out, in, height, width) of a convolution, (out, in) of a linear layer, (out) of a bias or batch norm
 * @param fanIn number of inputs that one output of the layer reads
 * @param start values before the first step
 * @param trained whether the optimizer changes it
 */
public record ParameterSpec(String name, List<Integer> shape, int fanIn, Start start, boolean trained) {
    /** Values before the first step. */
    public enum Start {
        /** Random numbers, uniform in ±1/sqrt(fanIn). */
        UNIFORM,
        /** The value 1 everywhere. */
        ONE,
        /** The value 0 everywhere. */
        ZERO
    }

    public ParameterSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(start, "start");
        shape = List.copyOf(shape);
        if (shape.isEmpty() || shape.stream().anyMatch(extent -> extent < 1) || fanIn < 1) {
            throw new IllegalArgumentException(
                    "parameter " + name + " has shape=" + shape + ", fanIn=" + fanIn + ": all must be at least 1");
        }
    }

    /** Returns the weight and the bias of a square convolution. */
    static List<ParameterSpec> convolution(String layer, int in, int out, int kernel) {
        ParameterSpec weight = plainConvolution(layer, in, out, kernel);
        return List.of(weight,
                new ParameterSpec(layer + ".bias", List.of(out), weight.fanIn(), Start.UNIFORM, true));
    }

    /** Returns the weight of a square convolution without a bias. */
    static ParameterSpec plainConvolution(String layer, int in, int out, int kernel) {
        return new ParameterSpec(layer + ".weight", List.of(out, in, kernel, kernel), in * kernel * kernel,
                Start.UNIFORM, true);
    }

    /** Returns the weight and the bias of a batch norm. */
    static List<ParameterSpec> batchNorm(String layer, int channels) {
        return List.of(new ParameterSpec(layer + ".weight", List.of(channels), 1, Start.ONE, true),
                new ParameterSpec(layer + ".bias", List.of(channels), 1, Start.ZERO, true));
    }

    /** Returns the weight and the bias of a fully connected layer. */
    static List<ParameterSpec> linear(String layer, int in, int out) {
        return List.of(new ParameterSpec(layer + ".weight", List.of(out, in), in, Start.UNIFORM, true),
                new ParameterSpec(layer + ".bias", List.of(out), in, Start.UNIFORM, true));
    }

    /** Returns this tensor as one that the optimizer does not change. */
    ParameterSpec frozen() {
        return new ParameterSpec(name, shape, fanIn, start, false);
    }

    /** Tells whether it is the bias of a batch norm, since only these begin at 0. */
    public boolean isNormBias() {
        return start == Start.ZERO;
    }

    /** Returns the number of values. */
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
