package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Tensor;
import java.util.List;

/**
 * Operations on one element after the other. The activations of an operation have one shape, (N, H, W, C) or (N, C).
 */
public sealed interface PointwiseOp extends Op {
    /** The operation {@code output = max(0, input)}; both may be the same tensor. */
    record ReluForward(Tensor input, Tensor output) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public ReluForward {
            OpChecks.requireShape(output, input.shape());
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
     * The operation {@code inputGradient = output > 0 ? outputGradient : 0}; both gradients may be the same tensor.
     *
     * @param output output of the forward pass
     */
    record ReluBackward(Tensor output, Tensor outputGradient, Tensor inputGradient) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public ReluBackward {
            OpChecks.requireShape(outputGradient, output.shape());
            OpChecks.requireShape(inputGradient, output.shape());
            OpChecks.requireSameType(output, outputGradient, inputGradient);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(output, outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(inputGradient);
        }
    }

    /** The operation {@code output = first + second}; any of them may be the same tensor. */
    record Add(Tensor first, Tensor second, Tensor output) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public Add {
            OpChecks.requireShape(second, first.shape());
            OpChecks.requireShape(output, first.shape());
            OpChecks.requireSameType(first, second, output);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(first, second);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /**
     * The operation {@code output = x * P(x)}, in which P is the cumulative distribution function of the standard
     * normal distribution; both may be the same tensor.
     */
    record GeluForward(Tensor input, Tensor output) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public GeluForward {
            OpChecks.requireShape(output, input.shape());
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
     * The gradient of {@link GeluForward}; both gradients may be the same tensor.
     *
     * @param input input of the forward pass
     */
    record GeluBackward(Tensor input, Tensor outputGradient, Tensor inputGradient) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public GeluBackward {
            OpChecks.requireShape(outputGradient, input.shape());
            OpChecks.requireShape(inputGradient, input.shape());
            OpChecks.requireSameType(input, outputGradient, inputGradient);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input, outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(inputGradient);
        }
    }

    /**
     * The operation {@code output = factor * input}, forward and backward; types may differ, and both may be the same
     * tensor.
     */
    record Scale(Tensor input, float factor, Tensor output) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public Scale {
            OpChecks.requireShape(output, input.shape());
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
     * Dropout: sets some elements to zero and scales the others, forward and, on gradients, backward; both may be the
     * same tensor.
     *
     * @param order (presentations): the example of each presentation, S32
     * @param epoch (1): the epoch, S32
     */
    record Drop(Dropout dropout, Tensor order, Tensor epoch, Tensor input, Tensor output) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public Drop {
            OpChecks.requireInts(order, Tensor.Role.DATA);
            OpChecks.requireInts(epoch, Tensor.Role.DATA);
            OpChecks.requireShape(output, input.shape());
            OpChecks.requireSameType(input, output);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input, order, epoch);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /** The operation {@code output = (first + second) / 2}; any of them may be the same tensor. */
    record Mean(Tensor first, Tensor second, Tensor output) implements PointwiseOp {
        /** Refuses impossible values by a sentence that names them. */
        public Mean {
            OpChecks.requireShape(second, first.shape());
            OpChecks.requireShape(output, first.shape());
            OpChecks.requireSameType(first, second, output);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(first, second);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }
}
