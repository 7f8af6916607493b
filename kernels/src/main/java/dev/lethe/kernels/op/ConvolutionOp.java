package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A convolution and its gradients. */
public sealed interface ConvolutionOp extends Op {
    /**
     * The operation {@code output = activation(convolution(input, weights) + bias)}.
     *
     * @param spec sizes of the convolution
     * @param input (N, H, W, I)
     * @param weights (O, I / groups, K, K)
     * @param bias (O); empty for none
     * @param activation function that is applied to the sum
     * @param output (N, P, Q, O)
     */
    record Forward(ConvolutionSpec spec, Tensor input, Tensor weights, Optional<Tensor> bias,
            Activation activation, Tensor output) implements ConvolutionOp {
        /** Refuses impossible values by a sentence that names them. */
        public Forward {
            OpChecks.requireConvolution(spec, input, weights, output);
            bias.ifPresent(b -> OpChecks.requireShape(b, Shape.of(spec.outputChannels())));
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
     * The gradient of a convolution with respect to its input.
     *
     * @param spec sizes of the convolution
     * @param outputGradient (N, P, Q, O)
     * @param weights (O, I / groups, K, K)
     * @param inputGradient (N, H, W, I)
     */
    record BackwardData(ConvolutionSpec spec, Tensor outputGradient, Tensor weights,
            Tensor inputGradient) implements ConvolutionOp {
        /** Refuses impossible values by a sentence that names them. */
        public BackwardData {
            OpChecks.requireConvolution(spec, inputGradient, weights, outputGradient);
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
     * The gradients of a convolution with respect to its weights and bias, summed over the batch.
     *
     * @param spec sizes of the convolution
     * @param input (N, H, W, I), input of the forward pass
     * @param outputGradient (N, P, Q, O)
     * @param weightsGradient (O, I / groups, K, K)
     * @param biasGradient (O); empty if there is no bias
     */
    record BackwardWeights(ConvolutionSpec spec, Tensor input, Tensor outputGradient,
            Tensor weightsGradient, Optional<Tensor> biasGradient) implements ConvolutionOp {
        /** Refuses impossible values by a sentence that names them. */
        public BackwardWeights {
            OpChecks.requireConvolution(spec, input, weightsGradient, outputGradient);
            biasGradient.ifPresent(b -> OpChecks.requireShape(b, Shape.of(spec.outputChannels())));
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

    /**
     * The gradient of a convolution with respect to its bias alone, summed over the batch, for weights that are not
     * trained.
     *
     * @param outputGradient (N, H, W, O)
     * @param biasGradient (O)
     */
    record BackwardBias(Tensor outputGradient, Tensor biasGradient) implements ConvolutionOp {
        /** Refuses impossible values by a sentence that names them. */
        public BackwardBias {
            OpChecks.require(outputGradient.shape().rank() == 4, "expected (N, H, W, O)", outputGradient);
            OpChecks.requireShape(biasGradient, Shape.of(outputGradient.shape().dim(3)));
        }

        @Override
        public List<Tensor> reads() {
            return List.of(outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(biasGradient);
        }
    }
}
