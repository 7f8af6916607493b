package dev.lethe.model;

import dev.lethe.kernels.tensor.Shape;

/** Count of the activations that a training step keeps for its backward pass at the least, on any backend. */
public final class KeptActivations {
    private KeptActivations() {}

    /**
     * Counts the distinct inputs of convolutions and linear layers, which the gradients of their weights read. Other
     * activations may be kept too, so this is a lower bound.
     *
     * @param image (1, H, W, C)
     * @return elements for each example of a batch
     */
    public static long perExample(Network network, Shape image) {
        Graph graph = new Graph(network, image);
        return graph.nodes().stream().filter(node -> node instanceof Node.Convolution || node instanceof Node.Linear)
                .map(Node::input).distinct().mapToLong(input -> graph.shape(input).elements()).sum();
    }
}
