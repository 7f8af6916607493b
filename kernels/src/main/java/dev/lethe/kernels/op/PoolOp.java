package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Tensor;
import java.util.List;

/** Pooling: one value for each window of an image. */
public sealed interface PoolOp extends Op {
    /**
     * The operation {@code output = activation(max over each window)}.
     *
     * @param spec sizes of the windows
     * @param input (N, H, W, C)
     * @param activation function that is applied to the maximum
     * @param output (N, P, Q, C)
     */
    record MaxForward(PoolSpec spec, Tensor input, Activation activation, Tensor output) implements PoolOp {
        /** Refuses impossible values by a sentence that names them. */
        public MaxForward {
            OpChecks.requireShape(output, spec.outputShape(input.shape()));
            OpChecks.requireSameType(input, output);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /**
     * The gradient of {@link MaxForward}: each output's gradient goes to the first element, in row order, of its window
     * that holds the maximum; none where the activation is flat.
     *
     * @param spec sizes of the windows
     * @param input (N, H, W, C), input of the forward pass
     * @param output (N, P, Q, C), output of the forward pass
     * @param activation function of the forward pass
     * @param outputGradient (N, P, Q, C)
     * @param inputGradient (N, H, W, C)
     */
    record MaxBackward(PoolSpec spec, Tensor input, Tensor output, Activation activation, Tensor outputGradient,
            Tensor inputGradient) implements PoolOp {
        /** Refuses impossible values by a sentence that names them. */
        public MaxBackward {
            OpChecks.requireShape(output, spec.outputShape(input.shape()));
            OpChecks.requireShape(outputGradient, output.shape());
            OpChecks.requireShape(inputGradient, input.shape());
            OpChecks.requireSameType(input, output, outputGradient, inputGradient);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input, output, outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(inputGradient);
        }
    }

    /**
     * The mean over each image.
     *
     * @param input (N, H, W, C)
     * @param output (N, C)
     */
    record GlobalAverageForward(Tensor input, Tensor output) implements PoolOp {
        /** Refuses impossible values by a sentence that names them. */
        public GlobalAverageForward {
            OpChecks.requireGlobalPool(input, output);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /**
     * The gradient of {@link GlobalAverageForward}.
     *
     * @param outputGradient (N, C)
     * @param inputGradient (N, H, W, C)
     */
    record GlobalAverageBackward(Tensor outputGradient, Tensor inputGradient) implements PoolOp {
        /** Refuses impossible values by a sentence that names them. */
        public GlobalAverageBackward {
            OpChecks.requireGlobalPool(inputGradient, outputGradient);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(inputGradient);
        }
    }

    /**
     * The operation {@code output = mean over each window}; padding counts as zeros.
     *
     * @param spec sizes of the windows
     * @param input (N, H, W, C)
     * @param output (N, P, Q, C)
     */
    record AverageForward(PoolSpec spec, Tensor input, Tensor output) implements PoolOp {
        /** Refuses impossible values by a sentence that names them. */
        public AverageForward {
            OpChecks.requireShape(output, spec.outputShape(input.shape()));
            OpChecks.requireSameType(input, output);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /**
     * The gradient of {@link AverageForward}.
     *
     * @param spec sizes of the windows
     * @param outputGradient (N, P, Q, C)
     * @param inputGradient (N, H, W, C)
     */
    record AverageBackward(PoolSpec spec, Tensor outputGradient, Tensor inputGradient) implements PoolOp {
        /** Refuses impossible values by a sentence that names them. */
        public AverageBackward {
            OpChecks.requireShape(outputGradient, spec.outputShape(inputGradient.shape()));
            OpChecks.requireSameType(inputGradient, outputGradient);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(inputGradient);
        }
    }
}
