package dev.lethe.model;

import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import java.util.List;

/** One layer of a network; sizes of inputs follow from the layers before it. */
public sealed interface Layer {

    /**
     * A convolution.
     *
     * @param name prefix of its parameters: {@code name.weight}, {@code name.bias}
     * @param outputs channels of the output
     * @param kernel side of the kernel
     * @param stride step of the window
     * @param padding rows and columns of zeros on each side
     * @param dilation distance between kernel taps
     * @param groups input and output channels are split into so many independent groups
     * @param bias whether it has one
     * @param initial values of the weights
     * @param weightsTrained whether the weights are trained, or stay what they were initially
     */
    record Convolution(String name, int outputs, int kernel, int stride, int padding, int dilation, int groups,
            boolean bias, Initial initial, boolean weightsTrained) implements Layer {
        /** The operation for an input of so many channels. */
        public ConvolutionSpec spec(int inputs) {
            return new ConvolutionSpec(inputs, outputs, kernel, stride, padding, dilation, groups);
        }

        /** The same with another stride. */
        public Convolution stride(int other) {
            return new Convolution(name, outputs, kernel, other, padding, dilation, groups, bias, initial,
                    weightsTrained);
        }

        /** The same with another padding. */
        public Convolution padding(int other) {
            return new Convolution(name, outputs, kernel, stride, other, dilation, groups, bias, initial,
                    weightsTrained);
        }

        /** The same without bias, as before a batch normalisation. */
        public Convolution withoutBias() {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, false, initial,
                    weightsTrained);
        }

        /** The same with other initial weights. */
        public Convolution initial(Initial other) {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, bias, other,
                    weightsTrained);
        }

        /** The same with weights that stay what they were initially. */
        public Convolution withFrozenWeights() {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, bias, initial, false);
        }
    }

    /**
     * Batch normalisation, with scale 1 and shift 0 at first.
     *
     * @param name prefix of its tensors: {@code name.weight}, {@code name.bias}, {@code name.running_mean},
     *        {@code name.running_var}
     * @param spec with running statistics: a frozen layer
     * @param scaleTrained whether the scale is trained, or stays 1
     * @param group how the optimizer treats scale and shift
     */
    record BatchNorm(String name, BatchNormSpec spec, boolean scaleTrained, ParameterGroup group) implements Layer {}

    /**
     * {@code main(x) + shortcut(x)}.
     *
     * @param main layers of the branch with the work
     * @param shortcut layers of the other branch; none for x itself
     */
    record Residual(List<Layer> main, List<Layer> shortcut) implements Layer {
        public Residual {
            main = List.copyOf(main);
            shortcut = List.copyOf(shortcut);
            if (main.isEmpty()) {
                throw new IllegalArgumentException("a residual needs at least one layer in its main branch");
            }
        }
    }

    /** Max pooling. */
    record MaxPool(PoolSpec spec) implements Layer {}

    /** The mean of each channel over the whole image. */
    record GlobalAveragePool() implements Layer {}

    /** Means over windows, in which what pads counts as zeros, as in PyTorch. */
    record AveragePool(PoolSpec spec) implements Layer {}

    /** Rectified linear units. */
    record Relu() implements Layer {}

    /** Gaussian error linear units, the exact ones. */
    record Gelu() implements Layer {}

    /**
     * In training, zeros elements at random and scales the others by {@code 1 / (1 - probability)}.
     *
     * @param probability of an element to become zero, in [0, 1)
     */
    record Dropout(float probability) implements Layer {
        public Dropout {
            if (!(probability >= 0 && probability < 1)) {
                throw new IllegalArgumentException("dropout probability=" + probability + ": it lies in [0, 1)");
            }
        }
    }

    /**
     * Multiplies by a number: of logits, behind the last linear layer.
     *
     * @param factor the number
     */
    record Scale(float factor) implements Layer {}

    /**
     * A fully connected layer; images are flattened as PyTorch does: channels, rows, columns.
     *
     * @param name prefix of its parameters: {@code name.weight}, {@code name.bias}
     * @param outputs units of the layer
     * @param bias whether it has one
     */
    record Linear(String name, int outputs, boolean bias) implements Layer {
        public Linear {
            if (outputs < 1) {
                throw new IllegalArgumentException(
                        "layer " + name + " has outputs=" + outputs + ": at least 1 is needed");
            }
        }

        /** The same without bias. */
        public Linear withoutBias() {
            return new Linear(name, outputs, false);
        }
    }

    /** A convolution with bias, without stride and padding. */
    static Convolution convolution(String name, int outputs, int kernel) {
        return new Convolution(name, outputs, kernel, 1, 0, 1, 1, true, Initial.UNIFORM_FAN_IN, true);
    }

    /** Batch normalisation with PyTorch's defaults. */
    static BatchNorm batchNorm(String name) {
        return new BatchNorm(name, BatchNormSpec.standard(), true, ParameterGroup.DEFAULT);
    }

    /** Max pooling with windows side by side. */
    static Layer maxPool(int window) {
        return new MaxPool(PoolSpec.tiles(window));
    }

    static Layer globalAveragePool() {
        return new GlobalAveragePool();
    }

    static Layer gelu() {
        return new Gelu();
    }

    static Layer relu() {
        return new Relu();
    }

    static Linear linear(String name, int outputs) {
        return new Linear(name, outputs, true);
    }
}
