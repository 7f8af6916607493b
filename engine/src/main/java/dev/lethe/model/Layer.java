package dev.lethe.model;

import dev.lethe.kernels.ConvolutionSpec;
import dev.lethe.kernels.PoolSpec;

/** One layer of a network; sizes of inputs follow from the layers before it. */
public sealed interface Layer {

    /**
     * A convolution with bias.
     *
     * @param name prefix of its parameters: {@code name.weight}, {@code name.bias}
     * @param outputs channels of the output
     * @param kernel side of the kernel
     * @param stride step of the window
     * @param padding rows and columns of zeros on each side
     */
    record Convolution(String name, int outputs, int kernel, int stride, int padding) implements Layer {
        /** The operation for an input of so many channels. */
        public ConvolutionSpec spec(int inputs) {
            return new ConvolutionSpec(inputs, outputs, kernel, stride, padding, 1, 1);
        }
    }

    /** Max pooling. */
    record MaxPool(PoolSpec spec) implements Layer {}

    /** Rectified linear units. */
    record Relu() implements Layer {}

    /**
     * A fully connected layer with bias; images are flattened as PyTorch does: channels, rows, columns.
     *
     * @param name prefix of its parameters: {@code name.weight}, {@code name.bias}
     * @param outputs units of the layer
     */
    record Linear(String name, int outputs) implements Layer {
        public Linear {
            if (outputs < 1) {
                throw new IllegalArgumentException(
                        "layer " + name + " has outputs=" + outputs + ": at least 1 is needed");
            }
        }
    }

    /** A convolution without stride and padding. */
    static Layer convolution(String name, int outputs, int kernel) {
        return new Convolution(name, outputs, kernel, 1, 0);
    }

    /** Max pooling with windows side by side. */
    static Layer maxPool(int window) {
        return new MaxPool(PoolSpec.tiles(window));
    }

    static Layer relu() {
        return new Relu();
    }

    static Layer linear(String name, int outputs) {
        return new Linear(name, outputs);
    }
}
