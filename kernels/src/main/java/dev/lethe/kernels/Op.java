package dev.lethe.kernels;

import dev.lethe.kernels.Tensor.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One tensor operation of a step. Activations are (N, H, W, C) or (N, C); the first extent is the plan's batch.
 * Every operation is defined by the loops of {@code dev.lethe.kernels.reference}.
 */
public sealed interface Op {
    /** The tensors whose values the operation uses. */
    List<Tensor> reads();

    /** The tensors whose values the operation replaces. */
    List<Tensor> writes();

    /**
     * Gathers the images of the presentations at the plan's position and normalises them.
     *
     * @param images (examples, H, W, C), U8
     * @param order (presentations): the example of each presentation, S32
     * @param normalization one mean and std a channel
     * @param views how they are changed before; absent where they are presented as they are
     * @param output (N, H, W, C)
     */
    record GatherImages(Tensor images, Tensor order, Normalization normalization, Optional<Views> views,
            Tensor output) implements Op {

        /**
         * Another view of each example in every epoch.
         *
         * @param seed of what is drawn
         * @param epoch (1): the epoch, S32
         */
        public record Views(Augmentation augmentation, long seed, Tensor epoch) {
            public Views {
                OpChecks.requireInts(epoch, Role.DATA);
            }
        }

        public GatherImages {
            OpChecks.require(images.role() == Role.DATA && images.dtype() == DType.U8, "images must be U8 data",
                    images);
            OpChecks.requireInts(order, Role.DATA);
            OpChecks.require(images.shape().withFirst(output.shape().dim(0)).equals(output.shape()),
                    "gathered images must have the shape of " + images, output);
            OpChecks.require(normalization.channels() == output.shape().dim(3),
                    "normalisation has " + normalization.channels() + " channels", output);
            views.ifPresent(v -> v.augmentation.requireFits(output.shape().dim(1), output.shape().dim(2)));
        }

        @Override
        public List<Tensor> reads() {
            return with(views.map(Views::epoch), images, order);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /**
     * {@code output = activation(convolution(input, weights) + bias)}.
     *
     * @param weights (O, I / groups, K, K)
     * @param bias (O)
     */
    record ConvolutionForward(ConvolutionSpec spec, Tensor input, Tensor weights, Optional<Tensor> bias,
            Activation activation, Tensor output) implements Op {
        public ConvolutionForward {
            OpChecks.requireConvolution(spec, input, weights, output);
            bias.ifPresent(b -> OpChecks.requireShape(b, Shape.of(spec.outputChannels())));
        }

        @Override
        public List<Tensor> reads() {
            return with(bias, input, weights);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /** The gradient of a convolution with respect to its input. */
    record ConvolutionBackwardData(ConvolutionSpec spec, Tensor outputGradient, Tensor weights,
            Tensor inputGradient) implements Op {
        public ConvolutionBackwardData {
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

    /** The gradients of a convolution with respect to its weights and bias, summed over the batch. */
    record ConvolutionBackwardWeights(ConvolutionSpec spec, Tensor input, Tensor outputGradient,
            Tensor weightsGradient, Optional<Tensor> biasGradient) implements Op {
        public ConvolutionBackwardWeights {
            OpChecks.requireConvolution(spec, input, weightsGradient, outputGradient);
            biasGradient.ifPresent(b -> OpChecks.requireShape(b, Shape.of(spec.outputChannels())));
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input, outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return with(biasGradient, weightsGradient);
        }
    }

    /** {@code output = activation(max over each window)}. */
    record MaxPoolForward(PoolSpec spec, Tensor input, Activation activation, Tensor output) implements Op {
        public MaxPoolForward {
            OpChecks.requireShape(output, spec.outputShape(input.shape()));
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
     * The gradient of {@link MaxPoolForward}: each output's gradient goes to the first element, in row order, of its
     * window that holds the maximum; none where the activation is flat.
     *
     * @param input what the forward pass read
     * @param output what the forward pass wrote
     */
    record MaxPoolBackward(PoolSpec spec, Tensor input, Tensor output, Activation activation, Tensor outputGradient,
            Tensor inputGradient) implements Op {
        public MaxPoolBackward {
            OpChecks.requireShape(output, spec.outputShape(input.shape()));
            OpChecks.requireShape(outputGradient, output.shape());
            OpChecks.requireShape(inputGradient, input.shape());
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

    /** {@code output = max(0, input)}; both may be the same tensor. */
    record ReluForward(Tensor input, Tensor output) implements Op {
        public ReluForward {
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
     * {@code inputGradient = output > 0 ? outputGradient : 0}; both gradients may be the same tensor.
     *
     * @param output what the forward pass wrote
     */
    record ReluBackward(Tensor output, Tensor outputGradient, Tensor inputGradient) implements Op {
        public ReluBackward {
            OpChecks.requireShape(outputGradient, output.shape());
            OpChecks.requireShape(inputGradient, output.shape());
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

    /**
     * {@code output = activation(input * transpose(weights) + bias)}. An input of (N, H, W, C) is read as a row of
     * channels, then rows, then columns, which is how PyTorch flattens its (N, C, H, W).
     *
     * @param weights (O, I)
     * @param bias (O)
     * @param output (N, O)
     */
    record LinearForward(Tensor input, Tensor weights, Optional<Tensor> bias, Activation activation,
            Tensor output) implements Op {
        public LinearForward {
            OpChecks.requireLinear(input, weights, output);
            bias.ifPresent(b -> OpChecks.requireShape(b, Shape.of(output.shape().dim(1))));
        }

        @Override
        public List<Tensor> reads() {
            return with(bias, input, weights);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(output);
        }
    }

    /** The gradient of {@link LinearForward} with respect to its input. */
    record LinearBackwardData(Tensor outputGradient, Tensor weights, Tensor inputGradient) implements Op {
        public LinearBackwardData {
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

    /** The gradients of {@link LinearForward} with respect to its weights and bias, summed over the batch. */
    record LinearBackwardWeights(Tensor input, Tensor outputGradient, Tensor weightsGradient,
            Optional<Tensor> biasGradient) implements Op {
        public LinearBackwardWeights {
            OpChecks.requireLinear(input, weightsGradient, outputGradient);
            biasGradient.ifPresent(b -> OpChecks.requireShape(b, Shape.of(outputGradient.shape().dim(1))));
        }

        @Override
        public List<Tensor> reads() {
            return List.of(input, outputGradient);
        }

        @Override
        public List<Tensor> writes() {
            return with(biasGradient, weightsGradient);
        }
    }

    /**
     * {@code output = activation(norm(input) + residual)}; with statistics of the batch, the running ones change.
     *
     * @param input (N, H, W, C) or (N, C)
     * @param residual what is added before the activation
     */
    record BatchNormForward(BatchNormSpec spec, Tensor input, BatchNormTensors tensors, Optional<Tensor> residual,
            Activation activation, Tensor output) implements Op {
        public BatchNormForward {
            OpChecks.requireChannels(input, tensors.channels());
            OpChecks.requireShape(output, input.shape());
            residual.ifPresent(r -> OpChecks.requireShape(r, input.shape()));
        }

        @Override
        public List<Tensor> reads() {
            return with(residual, Stream.concat(Stream.of(input), tensors.all().stream()).toArray(Tensor[]::new));
        }

        @Override
        public List<Tensor> writes() {
            return spec.statistics() == BatchNormSpec.Statistics.RUNNING
                    ? List.of(output)
                    : List.of(output, tensors.runningMean(), tensors.runningVariance());
        }
    }

    /**
     * The gradients of {@link BatchNormForward}, which ran before in the same plan.
     *
     * @param forward what ran
     * @param outputGradients their sum is the gradient of the output
     * @param residualGradient gradient of the residual, which is that sum where the activation is not flat
     */
    record BatchNormBackward(BatchNormForward forward, List<Tensor> outputGradients, Tensor inputGradient,
            Optional<Tensor> residualGradient, Tensor scaleGradient, Tensor shiftGradient) implements Op {
        public BatchNormBackward {
            outputGradients = List.copyOf(outputGradients);
            OpChecks.require(outputGradients.size() == 1 || outputGradients.size() == 2,
                    "one or two output gradients are summed, not " + outputGradients.size(), inputGradient);
            outputGradients.forEach(g -> OpChecks.requireShape(g, forward.output().shape()));
            OpChecks.requireShape(inputGradient, forward.input().shape());
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
            return with(residualGradient, inputGradient, scaleGradient, shiftGradient);
        }
    }

    /** {@code output = first + second}; any of them may be the same tensor. */
    record Add(Tensor first, Tensor second, Tensor output) implements Op {
        public Add {
            OpChecks.requireShape(second, first.shape());
            OpChecks.requireShape(output, first.shape());
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
     * The mean over each image.
     *
     * @param input (N, H, W, C)
     * @param output (N, C)
     */
    record GlobalAveragePoolForward(Tensor input, Tensor output) implements Op {
        public GlobalAveragePoolForward {
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

    /** The gradient of {@link GlobalAveragePoolForward}. */
    record GlobalAveragePoolBackward(Tensor outputGradient, Tensor inputGradient) implements Op {
        public GlobalAveragePoolBackward {
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
     * Softmax cross-entropy of the presentations at the plan's position, what it says about each of them, and the
     * gradient of the batch's mean loss.
     *
     * @param logits (N, classes)
     * @param labels (examples): the given label of every example, S32
     * @param order (presentations): the example of each presentation, S32
     * @param predictions one row a presentation, written at the plan's position; they judge by the label alone
     * @param labelSmoothing share of the target that is spread evenly over all classes, in [0, 1): changes the gradient
     * @param logitsGradient (N, classes); absent when only predictions are wanted
     */
    record SoftmaxCrossEntropy(Tensor logits, Tensor labels, Tensor order, Predictions predictions,
            float labelSmoothing, Optional<Tensor> logitsGradient) implements Op {
        public SoftmaxCrossEntropy {
            OpChecks.require(labelSmoothing >= 0 && labelSmoothing < 1,
                    "labelSmoothing=" + labelSmoothing + " must lie in [0, 1)", logits);
            OpChecks.require(logits.shape().rank() == 2, "logits must be (N, classes)", logits);
            OpChecks.requireInts(labels, Role.DATA);
            OpChecks.requireInts(order, Role.DATA);
            logitsGradient.ifPresent(g -> OpChecks.requireShape(g, logits.shape()));
        }

        @Override
        public List<Tensor> reads() {
            return List.of(logits, labels, order);
        }

        @Override
        public List<Tensor> writes() {
            List<Tensor> writes = new ArrayList<>(predictions.columns());
            logitsGradient.ifPresent(writes::add);
            return List.copyOf(writes);
        }
    }

    /**
     * One step of stochastic gradient descent on every slot.
     *
     * @param learningRates (steps): the rate of each step, F32, read at the plan's step
     */
    record SgdStep(SgdSpec spec, List<Slot> slots, Tensor learningRates) implements Op {

        /**
         * A parameter with its gradient and its momentum, all of one shape.
         *
         * @param decayed whether weight decay applies
         */
        public record Slot(Tensor parameter, Tensor gradient, Tensor momentum, boolean decayed) {
            public Slot {
                OpChecks.require(parameter.role() == Role.PARAMETER, "not a parameter", parameter);
                OpChecks.require(gradient.role() == Role.GRADIENT, "not a gradient", gradient);
                OpChecks.require(momentum.role() == Role.STATE, "not a state", momentum);
                OpChecks.requireShape(gradient, parameter.shape());
                OpChecks.requireShape(momentum, parameter.shape());
            }
        }

        public SgdStep {
            slots = List.copyOf(slots);
            OpChecks.require(learningRates.role() == Role.DATA && learningRates.dtype() == DType.F32,
                    "learning rates must be F32 data", learningRates);
        }

        @Override
        public List<Tensor> reads() {
            return Stream.concat(slots.stream().flatMap(s -> Stream.of(s.parameter(), s.gradient(), s.momentum())),
                    Stream.of(learningRates)).toList();
        }

        @Override
        public List<Tensor> writes() {
            return slots.stream().flatMap(s -> Stream.of(s.parameter(), s.momentum())).toList();
        }
    }

    private static List<Tensor> with(Optional<Tensor> last, Tensor... first) {
        return Stream.concat(Stream.of(first), last.stream()).toList();
    }
}
