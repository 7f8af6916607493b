package dev.lethe.model;

import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import java.util.List;

/** Layer of a network; the sizes of its inputs follow from the layers before it. */
public sealed interface Layer {

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
    record BatchNorm(String name, BatchNormSpec spec, boolean scaleTrained, ParameterGroup group) implements Layer {}

    /**
     * Residual block: {@code main(x) + shortcut(x)}.
     *
     * @param main layers of the main branch
     * @param shortcut layers of the shortcut; none for the identity
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
    record Scale(float factor) implements Layer {}

    /**
     * Fully connected layer; images are flattened in PyTorch's order: channels, rows, columns.
     *
     * @param name prefix of its parameters: {@code name.weight}, {@code name.bias}
     * @param outputs number of units
     * @param bias whether the layer has a bias
     */
    record Linear(String name, int outputs, boolean bias) implements Layer {
        public Linear {
            if (outputs < 1) {
                throw new IllegalArgumentException(
                        "layer " + name + " has outputs=" + outputs + ": at least 1 is needed");
            }
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
