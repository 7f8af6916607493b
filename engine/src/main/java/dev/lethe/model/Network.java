package dev.lethe.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network as data. Its last layer yields one logit a class.
 *
 * @param name as in {@code --model}
 * @param layers from the input to the logits
 */
public record Network(String name, List<Layer> layers) {
    public Network {
        layers = List.copyOf(layers);
        if (layers.isEmpty() || !(layers.getLast() instanceof Layer.Linear)) {
            throw new IllegalArgumentException(
                    "network " + name + " must end with a linear layer, which yields the logits");
        }
        Set<String> names = new HashSet<>();
        for (Layer layer : layers) {
            switch (layer) {
                case Layer.Convolution convolution -> requireNew(name, names, convolution.name());
                case Layer.Linear linear -> requireNew(name, names, linear.name());
                case Layer.MaxPool _ -> {
                    /* has no parameters */ }
                case Layer.Relu _ -> {
                    /* has no parameters */ }
            }
        }
    }

    private static void requireNew(String network, Set<String> names, String layer) {
        if (!names.add(layer)) {
            throw new IllegalArgumentException("network " + network + " has two layers named " + layer);
        }
    }

    /** A network of these layers. */
    public static Network of(String name, Layer... layers) {
        return new Network(name, List.of(layers));
    }

    /** Logits an example gets. */
    public int classes() {
        return ((Layer.Linear) layers.getLast()).outputs();
    }
}
