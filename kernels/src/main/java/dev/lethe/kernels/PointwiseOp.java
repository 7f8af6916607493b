package dev.lethe.kernels;

import java.util.List;

/** Operations on one element after the other. */
public sealed interface PointwiseOp extends Op {
    /** {@code output = max(0, input)}; both may be the same tensor. */
    record ReluForward(Tensor input, Tensor output) implements PointwiseOp {
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
     * {@code inputGradient = output > 0 ? outputGradient : 0}; both gradients may be the same tensor.
     *
     * @param output what the forward pass wrote
     */
    record ReluBackward(Tensor output, Tensor outputGradient, Tensor inputGradient) implements PointwiseOp {
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

    /** {@code output = first + second}; any of them may be the same tensor. */
    record Add(Tensor first, Tensor second, Tensor output) implements PointwiseOp {
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

    /** Gaussian error linear units in their exact form: {@code output = input * P(X <= input)}, X standard normal. */
    record GeluForward(Tensor input, Tensor output) implements PointwiseOp {
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
     * @param input what the forward pass read
     */
    record GeluBackward(Tensor input, Tensor outputGradient, Tensor inputGradient) implements PointwiseOp {
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

    /** {@code output = factor * input}, which may differ in type; its own gradient. Both may be the same tensor. */
    record Scale(Tensor input, float factor, Tensor output) implements PointwiseOp {
        public Scale {
            OpChecks.requireShape(output, input.shape());
            OpChecks.require(Float.isFinite(factor), "factor=" + factor + " must be a number", output);
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
     * {@code output = dropped ? 0 : input / (1 - rate)}; its own gradient. Both may be the same tensor.
     *
     * @param mask which elements of which example are dropped
     */
    record Dropout(DropoutMask mask, Tensor input, Tensor output) implements PointwiseOp {
        public Dropout {
            OpChecks.requireShape(output, input.shape());
            OpChecks.requireSameType(input, output);
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input, mask.epoch(), mask.order());
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }
}
