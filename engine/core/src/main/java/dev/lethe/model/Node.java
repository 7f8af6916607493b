package dev.lethe.model;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.BatchNormTensors;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.PoolSpec;
import java.util.List;
import java.util.Optional;

/**
 * A computation on the way from the input to the logits. The components {@code input}, {@code other}, {@code residual}
 * and {@code output} are values, by their index in the {@link Graph}.
 */
sealed interface Node {
    /** Returns the value that the node reads, or the first of two. */
    int input();

    /** Returns the value that the node makes. */
    int output();

    /** Two-dimensional convolution, with its bias and activation. */
    record Convolution(int input, int output, ConvolutionSpec spec, Parameter weight, Optional<Parameter> bias,
            Activation activation) implements Node {}

    /** Normalisation, to whose result a second value may be added. */
    record BatchNorm(int input, Optional<Integer> residual, int output, BatchNormSpec spec, BatchNormTensors tensors,
            Parameter scale, Parameter shift, Activation activation) implements Node {

        /** Returns this normalisation with another value added to its result, which makes the value {@code sum}. */
        BatchNorm plus(int other, int sum) {
            return new BatchNorm(input, Optional.of(other), sum, spec, tensors, scale, shift, activation);
        }

        /** Returns this normalisation followed by an activation. */
        BatchNorm then(Activation next) {
            return new BatchNorm(input, residual, output, spec, tensors, scale, shift, next);
        }
    }

    /** Sum of two values. */
    record Add(int input, int other, int output) implements Node {}

    /** Maximum of each window, with an activation. */
    record MaxPool(int input, int output, PoolSpec spec, Activation activation) implements Node {}

    /** Mean over all pixels of each channel. */
    record GlobalAveragePool(int input, int output) implements Node {}

    /** Linear layer, with its bias and activation. */
    record Linear(int input, int output, Parameter weight, Optional<Parameter> bias,
            Activation activation) implements Node {}

    /** Mean of each window. */
    record AveragePool(int input, int output, PoolSpec spec) implements Node {}

    /** Rectified linear units. */
    record Relu(int input, int output) implements Node {}

    /** Gaussian error linear units. */
    record Gelu(int input, int output) implements Node {}

    /**
     * Dropout.
     *
     * @param input value that is read
     * @param output value that is made
     * @param probability probability that an element becomes zero
     * @param number number of the layer among the dropout layers of the network
     * @param inPlace whether it may overwrite its input: no other node reads it, and the backward pass of the node that
     *        made it still works when dropped elements, which get no gradient, are zero
     */
    record Drop(int input, int output, float probability, int number, boolean inPlace) implements Node {}

    /** Product with a constant. */
    record Scale(int input, int output, float factor) implements Node {}

    /** Returns all values that the node reads. */
    default List<Integer> inputs() {
        return switch (this) {
            case BatchNorm norm when norm.residual.isPresent() -> List.of(norm.input, norm.residual.get());
            case Add add -> List.of(add.input, add.other);
            default -> List.of(input());
        };
    }
}
