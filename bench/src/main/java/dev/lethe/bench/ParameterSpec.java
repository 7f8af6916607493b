package dev.lethe.bench;

import java.util.List;
import java.util.Objects;

/**
 * A trainable tensor of a network, named, laid out and initialised as PyTorch does.
 *
 * @param name  such as {@code conv1.weight}
 * @param shape (out, in, height, width) of a convolution, (out, in) of a linear layer, (out) of a bias
 * @param fanIn inputs that one output of the layer reads; the initial values are uniform in ±1/sqrt(fanIn)
 */
public record ParameterSpec(String name, List<Integer> shape, int fanIn) {
    public ParameterSpec {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
        if (shape.isEmpty() || shape.stream().anyMatch(extent -> extent < 1) || fanIn < 1) {
            throw new IllegalArgumentException(
                    "parameter " + name + " has shape=" + shape + ", fanIn=" + fanIn + ": all must be at least 1");
        }
    }

    /** The weight and the bias of a square convolution. */
    static List<ParameterSpec> convolution(String layer, int in, int out, int kernel) {
        int fanIn = in * kernel * kernel;
        return List.of(new ParameterSpec(layer + ".weight", List.of(out, in, kernel, kernel), fanIn),
                new ParameterSpec(layer + ".bias", List.of(out), fanIn));
    }

    /** The weight and the bias of a fully connected layer. */
    static List<ParameterSpec> linear(String layer, int in, int out) {
        return List.of(new ParameterSpec(layer + ".weight", List.of(out, in), in),
                new ParameterSpec(layer + ".bias", List.of(out), in));
    }

    /** How many values it holds. */
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
