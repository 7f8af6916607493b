package dev.lethe.model;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Network as data. Its last linear layer yields a logit for each class.
 *
 * @param name name of the network, as in {@code --model}
 * @param layers layers from the input to the logits
 */
public record Network(String name, List<Layer> layers) {
    /** Refuses impossible values by a sentence that names them. */
    public Network {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a network has the name '" + name
                    + "': give it one, by which messages and runs tell it apart");
        }
        layers = List.copyOf(layers);
        classifier(name, layers);
        requireUnique(name, layers, new HashSet<>());
    }

    private static void requireUnique(String network, List<Layer> layers, Set<String> names) {
        for (Layer layer : layers) {
            switch (layer) {
                case Layer.Convolution convolution -> requireNew(network, names, convolution.name());
                case Layer.BatchNorm norm -> requireNew(network, names, norm.name());
                case Layer.Linear linear -> requireNew(network, names, linear.name());
                case Layer.Residual residual -> {
                    requireUnique(network, residual.main(), names);
                    requireUnique(network, residual.shortcut(), names);
                }
                case Layer.MaxPool _,Layer.AveragePool _,Layer.GlobalAveragePool _ -> {
                    /* have no parameters */ }
                case Layer.Relu _,Layer.Gelu _,Layer.Dropout _,Layer.Scale _ -> {
                    /* neither have these */ }
            }
        }
    }

    private static Layer.Linear classifier(String network, List<Layer> layers) {
        for (Layer layer : layers.reversed()) {
            if (layer instanceof Layer.Linear linear) {
                return linear;
            }
            if (!(layer instanceof Layer.Scale)) {
                break;
            }
        }
        throw new IllegalArgumentException("network " + network
                + " must end with a linear layer, which yields the logits; they may be scaled");
    }

    private static void requireNew(String network, Set<String> names, String layer) {
        if (!names.add(layer)) {
            throw new IllegalArgumentException("network " + network + " has two layers named " + layer
                    + ": rename one, as the names of its weights begin with it");
        }
    }

    /** Makes a network of these layers. */
    public static Network of(String name, Layer... layers) {
        return new Network(name, List.of(layers));
    }

    /**
     * Returns the names of the parameters and running statistics of each layer that has some, by the layer's name, in
     * the order and by the names of a trainer's and predictor's weights: {@code conv1: [conv1.weight, conv1.bias]}.
     */
    public Map<String, List<String>> weightNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        addNames(layers, names);
        return Collections.unmodifiableMap(names);
    }

    private static void addNames(List<Layer> layers, Map<String, List<String>> names) {
        for (Layer layer : layers) {
            switch (layer) {
                case Layer.Convolution convolution -> addNames(convolution.name(), convolution.bias(), names);
                case Layer.Linear linear -> addNames(linear.name(), linear.bias(), names);
                case Layer.BatchNorm norm -> names.put(norm.name(), Stream.of("weight", "bias", "running_mean",
                        "running_var").map(tensor -> norm.name() + "." + tensor).toList());
                case Layer.Residual residual -> {
                    addNames(residual.shortcut(), names);
                    addNames(residual.main(), names);
                }
                case Layer.MaxPool _,Layer.AveragePool _,Layer.GlobalAveragePool _ -> {
                    /* have no weights */ }
                case Layer.Relu _,Layer.Gelu _,Layer.Dropout _,Layer.Scale _ -> {
                    /* neither have these */ }
            }
        }
    }

    private static void addNames(String layer, boolean bias, Map<String, List<String>> names) {
        names.put(layer, bias ? List.of(layer + ".weight", layer + ".bias") : List.of(layer + ".weight"));
    }

    /** Returns the number of logits of an example. */
    public int classes() {
        return classifier(name, layers).outputs();
    }
}
