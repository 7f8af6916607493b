package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A fully connected layer and its gradients. */
public sealed interface LinearOp extends Op {
    /**
     * The operation {@code output = activation(input * transpose(weights) + bias)}. An input of (N, H, W, C) is read in
     * the order of channels, rows, columns, as PyTorch flattens its (N, C, H, W).
     *
     * @param input (N, I) or (N, H, W, C)
     * @param weights (O, I)
     * @param bias (O); empty for none
     * @param activation function that is applied to the sum
     * @param output (N, O)
     */
    record Forward(Tensor input, Tensor weights, Optional<Tensor> bias, Activation activation,
            Tensor output) implements LinearOp {
        /** Refuses impossible values by a sentence that names them. */
        public Forward {
            OpChecks.requireLinear(input, weights, output);
            bias.ifPresent(b -> OpChecks.requireShape(b, Shape.of(output.shape().dim(1))));
        }

        @Override
        public List<Tensor> reads() {
            return OpChecks.with(bias, input, weights);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /**
     * The gradient of {@link Forward} with respect to its input.
     *
     * @param outputGradient (N, O)
     * @param weights (O, I)
     * @param inputGradient (N, I) or (N, H, W, C)
     */
    record BackwardData(Tensor outputGradient, Tensor weights, Tensor inputGradient) implements LinearOp {
        /** Refuses impossible values by a sentence that names them. */
        public BackwardData {
            OpChecks.requireLinear(inputGradient, weights, outputGradient);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(outputGradient, weights);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(inputGradient);
        }
    }

    /**
     * The gradients of {@link Forward} with respect to its weights and bias, summed over the batch.
     *
     * @param input (N, I) or (N, H, W, C), input of the forward pass
     * @param outputGradient (N, O)
     * @param weightsGradient (O, I)
     * @param biasGradient (O); empty if there is no bias
     */
    record BackwardWeights(Tensor input, Tensor outputGradient, Tensor weightsGradient,
            Optional<Tensor> biasGradient) implements LinearOp {
        /** Refuses impossible values by a sentence that names them. */
        public BackwardWeights {
            OpChecks.requireLinear(input, weightsGradient, outputGradient);
            biasGradient.ifPresent(b -> OpChecks.requireShape(b, Shape.of(outputGradient.shape().dim(1))));
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input, outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return OpChecks.with(biasGradient, weightsGradient);
        }
    }
}
