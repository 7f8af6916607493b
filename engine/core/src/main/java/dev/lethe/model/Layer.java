package dev.lethe.model;

import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import java.util.List;

/**
 * Layer of a network; the sizes of its inputs follow from the layers before it. Its static methods make every kind, and
 * methods of what they return change the less usual values. Impossible values are refused when a layer is made, and
 * those that do not fit the layers before it when a network is compiled.
 */
public sealed interface Layer {
    private static void requireName(String kind, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a " + kind + " has the name '" + name
                    + "': give it one, with which the names of its weights begin");
        }
    }

    private static void requireAtLeast(int least, String layer, String what, int value) {
        if (value < least) {
            throw new IllegalArgumentException("layer " + layer + " has " + what + "=" + value + ": at least " + least
                    + " is needed");
        }
    }

    /**
     * Convolution.
     *
     * @param name prefix of its parameters: {@code name.weight}, {@code name.bias}
     * @param outputs channels of the output
     * @param kernel side of the kernel
     * @param stride step of the window
     * @param padding rows and columns of zeros on each side
     * @param dilation distance between kernel taps
     * @param groups number of independent groups that input and output channels are split into
     * @param bias whether the layer has a bias
     * @param initial initial values of the weights
     * @param weightsTrained whether the weights are trained, or keep their initial values
     */
    record Convolution(String name, int outputs, int kernel, int stride, int padding, int dilation, int groups,
            boolean bias, Initial initial, boolean weightsTrained) implements Layer {
        /** Refuses impossible values by a sentence that names them. */
        public Convolution {
            requireName("convolution", name);
            requireAtLeast(1, name, "outputs", outputs);
            requireAtLeast(1, name, "kernel", kernel);
            requireAtLeast(1, name, "stride", stride);
            requireAtLeast(0, name, "padding", padding);
            requireAtLeast(1, name, "dilation", dilation);
            requireAtLeast(1, name, "groups", groups);
            if (outputs % groups != 0) {
                throw new IllegalArgumentException("layer " + name + " has groups=" + groups + " and outputs=" + outputs
                        + ": choose groups that divide the outputs");
            }
        }

        /** Returns the operation for a number of input channels. */
        public ConvolutionSpec spec(int inputs) {
            return new ConvolutionSpec(inputs, outputs, kernel, stride, padding, dilation, groups);
        }

        /** Returns the convolution with another stride. */
        public Convolution stride(int other) {
            return new Convolution(name, outputs, kernel, other, padding, dilation, groups, bias, initial,
                    weightsTrained);
        }

        /** Returns the convolution with another padding. */
        public Convolution padding(int other) {
            return new Convolution(name, outputs, kernel, stride, other, dilation, groups, bias, initial,
                    weightsTrained);
        }

        /** Returns the convolution with another distance between the taps of its kernel. */
        public Convolution dilation(int other) {
            return new Convolution(name, outputs, kernel, stride, padding, other, groups, bias, initial,
                    weightsTrained);
        }

        /** Returns the convolution with channels in a number of independent groups, which divides the outputs. */
        public Convolution groups(int other) {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, other, bias, initial,
                    weightsTrained);
        }

        /** Returns the convolution without bias, as before a batch normalisation. */
        public Convolution withoutBias() {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, false, initial,
                    weightsTrained);
        }

        /** Returns the convolution with other initial weights. */
        public Convolution initial(Initial other) {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, bias, other,
                    weightsTrained);
        }

        /** Returns the convolution with weights that keep their initial values. */
        public Convolution withFrozenWeights() {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, bias, initial, false);
        }
    }

    /**
     * Batch normalisation, with scale 1 and shift 0 at first.
     *
     * @param name prefix of its tensors: {@code name.weight}, {@code name.bias}, {@code name.running_mean}, {@code
     *        name.running_var}
     * @param spec operation of the layer; with running statistics it is frozen
     * @param scaleTrained whether the scale is trained, or stays 1
     * @param group group of scale and shift in the optimizer
     */
    record BatchNorm(String name, BatchNormSpec spec, boolean scaleTrained, ParameterGroup group) implements Layer {
        /** Refuses impossible values by a sentence that names them. */
        public BatchNorm {
            requireName("batch normalisation", name);
        }

        /** Returns the normalisation with another epsilon, and another share of each batch in running statistics. */
        public BatchNorm spec(double epsilon, double momentum) {
            return new BatchNorm(name, new BatchNormSpec(epsilon, momentum, spec.statistics()), scaleTrained, group);
        }

        /** Returns the normalisation by its running statistics, which stay as they are, in training too. */
        public BatchNorm withFrozenStatistics() {
            return new BatchNorm(name, spec.running(), scaleTrained, group);
        }

        /** Returns the normalisation with a scale that stays 1. */
        public BatchNorm withFrozenScale() {
            return new BatchNorm(name, spec, false, group);
        }

        /** Returns the normalisation with scale and shift in another group of the optimizer. */
        public BatchNorm group(ParameterGroup other) {
            return new BatchNorm(name, spec, scaleTrained, other);
        }
    }

    /**
     * Residual block: {@code main(x) + shortcut(x)}.
     *
     * @param main layers of the main branch
     * @param shortcut layers of the shortcut; none for the identity
     */
    record Residual(List<Layer> main, List<Layer> shortcut) implements Layer {
        /** Refuses impossible values by a sentence that names them. */
        public Residual {
            main = List.copyOf(main);
            shortcut = List.copyOf(shortcut);
            if (main.isEmpty()) {
                throw new IllegalArgumentException("a residual needs at least one layer in its main branch");
            }
        }

        /** Returns the residual with layers in its shortcut, which bring its input to the shape of the main branch. */
        public Residual shortcut(Layer... layers) {
            return new Residual(main, List.of(layers));
        }
    }

    /** Max pooling. */
    record MaxPool(PoolSpec spec) implements Layer {}

    /** Mean of each channel over the whole image. */
    record GlobalAveragePool() implements Layer {}

    /** Average pooling, in which padding counts as zeros, as in PyTorch. */
    record AveragePool(PoolSpec spec) implements Layer {}

    /** Rectified linear units. */
    record Relu() implements Layer {}

    /** Gaussian error linear units in their exact form. */
    record Gelu() implements Layer {}

    /**
     * Dropout: in training, random elements become zero and the others are scaled by {@code 1 / (1 - probability)}.
     *
     * @param probability probability that an element becomes zero, in [0, 1)
     */
    record Dropout(float probability) implements Layer {
        /** Refuses impossible values by a sentence that names them. */
        public Dropout {
            if (!(probability >= 0 && probability < 1)) {
                throw new IllegalArgumentException("dropout probability=" + probability + ": it lies in [0, 1)");
            }
        }
    }

    /**
     * Multiplication of the logits by a number, behind the last linear layer.
     *
     * @param factor number to multiply by
     */
    record Scale(float factor) implements Layer {
        /** Refuses impossible values by a sentence that names them. */
        public Scale {
            if (!Float.isFinite(factor) || factor == 0) {
                throw new IllegalArgumentException("scale factor=" + factor + ": it must be a number other than 0");
            }
        }
    }

    /**
     * Fully connected layer; images are flattened in PyTorch's order: channels, rows, columns.
     *
     * @param name prefix of its parameters: {@code name.weight}, {@code name.bias}
     * @param outputs number of units
     * @param bias whether the layer has a bias
     */
    record Linear(String name, int outputs, boolean bias) implements Layer {
        /** Refuses impossible values by a sentence that names them. */
        public Linear {
            requireName("linear layer", name);
            requireAtLeast(1, name, "outputs", outputs);
        }

        /** Returns the layer without bias. */
        public Linear withoutBias() {
            return new Linear(name, outputs, false);
        }
    }

    /** Returns a convolution with bias, with stride 1 and without padding. */
    static Convolution convolution(String name, int outputs, int kernel) {
        return new Convolution(name, outputs, kernel, 1, 0, 1, 1, true, Initial.UNIFORM_FAN_IN, true);
    }

    /** Returns a batch normalisation with PyTorch's defaults. */
    static BatchNorm batchNorm(String name) {
        return new BatchNorm(name, BatchNormSpec.standard(), true, ParameterGroup.DEFAULT);
    }

    /** Returns a max pooling whose windows do not overlap. */
    static Layer maxPool(int window) {
        return new MaxPool(PoolSpec.tiles(window));
    }

    /**
     * Returns a max pooling.
     *
     * @param window side of the window
     * @param stride step of the window
     * @param padding rows and columns on each side, which never win; at most half of the window
     */
    static Layer maxPool(int window, int stride, int padding) {
        return new MaxPool(new PoolSpec(window, stride, padding));
    }

    /** Returns an average pooling whose windows do not overlap. */
    static Layer averagePool(int window) {
        return new AveragePool(PoolSpec.tiles(window));
    }

    /**
     * Returns an average pooling.
     *
     * @param window side of the window
     * @param stride step of the window
     * @param padding rows and columns of zeros on each side, which count; at most half of the window
     */
    static Layer averagePool(int window, int stride, int padding) {
        return new AveragePool(new PoolSpec(window, stride, padding));
    }

    /** Returns the mean of each channel over the whole image. */
    static Layer globalAveragePool() {
        return new GlobalAveragePool();
    }

    /** Returns a residual block whose shortcut is the identity, see {@link Residual#shortcut}. */
    static Residual residual(Layer... main) {
        return new Residual(List.of(main), List.of());
    }

    /** Returns Gaussian error linear units in their exact form. */
    static Layer gelu() {
        return new Gelu();
    }

    /** Returns rectified linear units. */
    static Layer relu() {
        return new Relu();
    }

    /**
     * Returns a dropout.
     *
     * @param probability probability that an element becomes zero in training, in [0, 1)
     */
    static Layer dropout(float probability) {
        return new Dropout(probability);
    }

    /** Returns a multiplication of the logits by a number other than 0, behind the last linear layer. */
    static Layer scale(float factor) {
        return new Scale(factor);
    }

    /** Returns a fully connected layer with bias. */
    static Linear linear(String name, int outputs) {
        return new Linear(name, outputs, true);
    }
}
