package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Tensor;
import java.util.List;

/** Pooling: one value for each window of an image. */
public sealed interface PoolOp extends Op {
    /** The operation {@code output = activation(max over each window)}. */
    record MaxForward(PoolSpec spec, Tensor input, Activation activation, Tensor output) implements PoolOp {
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
     * @param input input of the forward pass
     * @param output output of the forward pass
     */
    record MaxBackward(PoolSpec spec, Tensor input, Tensor output, Activation activation, Tensor outputGradient,
            Tensor inputGradient) implements PoolOp {
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

    /** The gradient of {@link GlobalAverageForward}. */
    record GlobalAverageBackward(Tensor outputGradient, Tensor inputGradient) implements PoolOp {
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

    /** The operation {@code output = mean over each window}; padding counts as zeros. */
    record AverageForward(PoolSpec spec, Tensor input, Tensor output) implements PoolOp {
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

    /** The gradient of {@link AverageForward}. */
    record AverageBackward(PoolSpec spec, Tensor outputGradient, Tensor inputGradient) implements PoolOp {
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
