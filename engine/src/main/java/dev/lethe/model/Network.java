package dev.lethe.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Network as data. Its last linear layer yields a logit for each class.
 *
 * @param name name of the network, as in {@code --model}
 * @param layers layers from the input to the logits
 */
public record Network(String name, List<Layer> layers) {
    public Network {
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
            throw new IllegalArgumentException("network " + network + " has two layers named " + layer);
        }
    }

    /** Makes a network of these layers. */
    public static Network of(String name, Layer... layers) {
        return new Network(name, List.of(layers));
    }

    /** Returns the number of logits of an example. */
    public int classes() {
        return classifier(name, layers).outputs();
    }
}
