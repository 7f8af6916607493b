package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Batch normalisation, joined with the residual and the activation that may follow it. */
public sealed interface BatchNormOp extends Op {
    /**
     * The operation {@code output = activation(norm(input) + residual)}; it also updates the running statistics if it
     * normalises by those of the batch.
     *
     * @param spec epsilon, momentum and the source of the statistics
     * @param input (N, H, W, C) or (N, C)
     * @param tensors parameters and running statistics, (C) each
     * @param residual tensor that is added before the activation, in the input's shape; empty for none
     * @param activation function that is applied last
     * @param output result, in the input's shape
     */
    record Forward(BatchNormSpec spec, Tensor input, BatchNormTensors tensors, Optional<Tensor> residual,
            Activation activation, Tensor output) implements BatchNormOp {
        /** Refuses impossible values by a sentence that names them. */
        public Forward {
            OpChecks.requireChannels(input, tensors.channels());
            OpChecks.requireShape(output, input.shape());
            OpChecks.requireSameType(input, output);
            residual.ifPresent(r -> OpChecks.requireSameType(input, r));
            residual.ifPresent(r -> OpChecks.requireShape(r, input.shape()));
        }

        @Override
        public List<Tensor> reads() {
            return OpChecks.with(residual,
                    Stream.concat(Stream.of(input), tensors.all().stream()).toArray(Tensor[]::new));
        }

        @Override
        public List<Tensor> writes() {
            return spec.statistics() == BatchNormSpec.Statistics.RUNNING
                    ? List.of(output)
                    : List.of(output, tensors.runningMean(), tensors.runningVariance());
        }
    }

    /**
     * The gradients of {@link Forward}, which ran before in the same plan.
     *
     * @param forward forward pass
     * @param outputGradients one or two tensors, whose sum is the gradient of the output
     * @param inputGradient gradient of the input, in the input's shape
     * @param residualGradient gradient of the residual: that sum, and 0 where the activation is flat
     * @param scaleGradient gradient of the scale, (C)
     * @param shiftGradient gradient of the shift, (C)
     */
    record Backward(Forward forward, List<Tensor> outputGradients, Tensor inputGradient,
            Optional<Tensor> residualGradient, Tensor scaleGradient, Tensor shiftGradient) implements BatchNormOp {
        /** Refuses impossible values by a sentence that names them. */
        public Backward {
            outputGradients = List.copyOf(outputGradients);
            OpChecks.require(outputGradients.size() == 1 || outputGradients.size() == 2,
                    "one or two output gradients are summed, not " + outputGradients.size(), inputGradient);
            outputGradients.forEach(g -> OpChecks.requireShape(g, forward.output().shape()));
            OpChecks.requireShape(inputGradient, forward.input().shape());
            OpChecks.requireSameType(forward.input(), inputGradient);
            outputGradients.forEach(g -> OpChecks.requireSameType(inputGradient, g));
            residualGradient.ifPresent(g -> OpChecks.requireSameType(inputGradient, g));
            OpChecks.require(residualGradient.isEmpty() || forward.residual().isPresent(), "nothing was added",
                    inputGradient);
            residualGradient.ifPresent(g -> OpChecks.requireShape(g, forward.output().shape()));
            OpChecks.requireShape(scaleGradient, forward.tensors().scale().shape());
            OpChecks.requireShape(shiftGradient, forward.tensors().shift().shape());
        }

        @Override
        public List<Tensor> reads() {
            return Stream.concat(
                    Stream.of(forward.input(), forward.output(), forward.tensors().scale(), forward.tensors().shift()),
                    outputGradients.stream()).toList();
        }

        @Override
        public List<Tensor> writes() {
            return OpChecks.with(residualGradient, inputGradient, scaleGradient, shiftGradient);
        }
    }
}
