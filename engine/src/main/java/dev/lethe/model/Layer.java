package dev.lethe.model;

import dev.lethe.kernels.BatchNormSpec;
import dev.lethe.kernels.ConvolutionSpec;
import dev.lethe.kernels.DropoutMask;
import dev.lethe.kernels.ParameterGroup;
import dev.lethe.kernels.PoolSpec;
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
     */
    record Convolution(String name, int outputs, int kernel, int stride, int padding, int dilation, int groups,
            boolean bias, Initial initial) implements Layer {
        /** The operation for an input of so many channels. */
        public ConvolutionSpec spec(int inputs) {
            return new ConvolutionSpec(inputs, outputs, kernel, stride, padding, dilation, groups);
        }

        /** The same with another stride. */
        public Convolution stride(int other) {
            return new Convolution(name, outputs, kernel, other, padding, dilation, groups, bias, initial);
        }

        /** The same with another padding. */
        public Convolution padding(int other) {
            return new Convolution(name, outputs, kernel, stride, other, dilation, groups, bias, initial);
        }

        /** The same without bias, as before a batch normalisation. */
        public Convolution withoutBias() {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, false, initial);
        }

        /** The same with other initial weights. */
        public Convolution initial(Initial other) {
            return new Convolution(name, outputs, kernel, stride, padding, dilation, groups, bias, other);
        }
    }

    /**
     * A convolution of the images themselves, not trained but for its bias, which is 0 at first: its filters make
     * the values of a patch uncorrelated, see {@link Initial.Whitened}. Of C channels it makes
     * {@code 2 * C * kernel * kernel}.
     *
     * @param name prefix of its tensors: {@code name.weight}, {@code name.bias}
     * @param kernel side of a patch
     * @param epsilon see {@link Initial.Whitened}
     */
    record Whitening(String name, int kernel, double epsilon) implements Layer {
        public Whitening {
            if (kernel < 1) {
                throw new IllegalArgumentException(
                        "layer " + name + " has kernel=" + kernel + ": at least 1 is needed");
            }
        }
    }

    /**
     * Batch normalisation, with scale 1 and shift 0 at first.
     *
     * @param name prefix of its tensors: {@code name.weight}, {@code name.bias}, {@code name.running_mean},
     *        {@code name.running_var}
     * @param spec with running statistics: a frozen layer
     * @param scaleTrained whether the scale is trained, or stays 1
     * @param group of its parameters
     */
    record BatchNorm(String name, BatchNormSpec spec, boolean scaleTrained, ParameterGroup group) implements Layer {
        /** The same with another epsilon, momentum or statistics. */
        public BatchNorm spec(BatchNormSpec other) {
            return new BatchNorm(name, other, scaleTrained, group);
        }

        /** The same with a scale that stays 1. */
        public BatchNorm withoutScale() {
            return new BatchNorm(name, spec, false, group);
        }

        /** The same with its parameters in another group. */
        public BatchNorm in(ParameterGroup other) {
            return new BatchNorm(name, spec, scaleTrained, other);
        }
    }

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

    /** The mean of each window; the zeros around the image count, as in PyTorch. */
    record AveragePool(PoolSpec spec) implements Layer {}

    /** The mean of each channel over the whole image. */
    record GlobalAveragePool() implements Layer {}

    /** Rectified linear units. */
    record Relu() implements Layer {}

    /** Gaussian error linear units in their exact form, PyTorch's default. */
    record Gelu() implements Layer {}

    /**
     * Sets elements to zero at random while training, others of each example in each epoch, and multiplies the rest by
     * {@code 1 / (1 - rate)} (Srivastava et al., JMLR 2014); the identity in evaluation.
     *
     * @param rate share that is dropped, above 0 and below 1
     */
    record Dropout(float rate) implements Layer {
        public Dropout {
            DropoutMask.requireRate(rate);
        }
    }

    /**
     * Multiplies by a number that is not trained; behind the last linear layer it scales the logits.
     *
     * @param factor other than 0
     */
    record Scale(float factor) implements Layer {
        public Scale {
            if (!Float.isFinite(factor) || factor == 0) {
                throw new IllegalArgumentException("layer scale has factor=" + factor + ": any number but 0 will do");
            }
        }
    }

    /**
     * A fully connected layer. Images are flattened as PyTorch does: channels, rows, columns; so there is no layer that
     * flattens, which on channels-last memory would have to move every value.
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
        return new Convolution(name, outputs, kernel, 1, 0, 1, 1, true, Initial.UNIFORM_FAN_IN);
    }

    /** A whitening convolution with the epsilon of airbench94. */
    static Layer whitening(String name, int kernel) {
        return new Whitening(name, kernel, 5e-4);
    }

    /** Batch normalisation with PyTorch's defaults. */
    static BatchNorm batchNorm(String name) {
        return new BatchNorm(name, BatchNormSpec.standard(), true, ParameterGroup.DEFAULT);
    }

    /** Max pooling with windows side by side. */
    static Layer maxPool(int window) {
        return new MaxPool(PoolSpec.tiles(window));
    }

    /** Average pooling with windows side by side. */
    static Layer averagePool(int window) {
        return new AveragePool(PoolSpec.tiles(window));
    }

    static Layer globalAveragePool() {
        return new GlobalAveragePool();
    }

    static Layer relu() {
        return new Relu();
    }

    static Layer gelu() {
        return new Gelu();
    }

    static Layer dropout(float rate) {
        return new Dropout(rate);
    }

    static Layer scale(float factor) {
        return new Scale(factor);
    }

    static Linear linear(String name, int outputs) {
        return new Linear(name, outputs, true);
    }
}
