package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cuda.ConvolutionProblem.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The lowering of convolutions, and of linear layers as convolutions, to calls of the device's library, with bias,
 * activation and conversions of type. A layer whose output has a wider type than its input, such as the logits, is
 * computed in the wider type from the parameters themselves: in bfloat16, different logits would become equal.
 */
final class ConvolutionLowering {
    private final Lowering to;
    private final Function<ConvolutionProblem, DeviceConvolutions.Prepared> library;

    /** The key of scratch memory for the library. */
    private record Workspace(Tensor result) {}

    /** The key of an activation in another type. */
    private record Converted(Tensor tensor, Tensor user) {}

    /** The key of partial sums of the gradient of a bias. */
    private record BiasPartial(Tensor gradient) {}

    ConvolutionLowering(Lowering to, Function<ConvolutionProblem, DeviceConvolutions.Prepared> library) {
        this.to = to;
        this.library = library;
    }

    List<DeviceCall> forward(ConvolutionOp.Forward op) {
        return forward(ConvolutionProblem.of(Part.FORWARD, op.output().dtype(), op.spec(), op.input().shape(),
                op.output().shape(), to.layouts().channels(op.input())), op.input(), op.weights(), op.bias(),
                op.activation(), op.output());
    }

    List<DeviceCall> forward(LinearOp.Forward op) {
        return forward(ConvolutionProblem.linear(Part.FORWARD, op.output().dtype(), op.input().shape(),
                op.output().shape().dim(1)), op.input(), op.weights(), op.bias(), op.activation(), op.output());
    }

    private List<DeviceCall> forward(ConvolutionProblem problem, Tensor input, Tensor weights, Optional<Tensor> bias,
            Activation activation, Tensor output) {
        List<DeviceCall> calls = new ArrayList<>();
        long images = converted(input, problem.type(), output, calls);
        calls.add(library(problem, output, images, filters(weights, problem.type()), to.of(output)));
        if (bias.isPresent() || activation == Activation.RELU) {
            long count = output.shape().elements();
            calls.add(to.over(count, Lowering.variant("bias", output.dtype()), to.structure()
                    .with(bias.map(to::of).orElse(0L)).with(to.of(output)).with(count).with(Lowering.channels(output))
                    .with(activation == Activation.RELU), output, output));
        }
        return calls;
    }

    List<DeviceCall> backward(ConvolutionOp.BackwardData op) {
        Shape images = op.inputGradient().shape();
        return backwardData(ConvolutionProblem.of(Part.DATA, op.outputGradient().dtype(), op.spec(), images,
                op.outputGradient().shape(), images.dim(3)), op.outputGradient(), op.weights(), op.inputGradient());
    }

    List<DeviceCall> backward(LinearOp.BackwardData op) {
        return backwardData(ConvolutionProblem.linear(Part.DATA, op.outputGradient().dtype(),
                op.inputGradient().shape(), op.outputGradient().shape().dim(1)), op.outputGradient(), op.weights(),
                op.inputGradient());
    }

    private List<DeviceCall> backwardData(ConvolutionProblem problem, Tensor outputGradient, Tensor weights,
            Tensor inputGradient) {
        List<DeviceCall> calls = new ArrayList<>();
        boolean same = inputGradient.dtype() == problem.type();
        long result = same
                ? to.of(inputGradient)
                : to.memory().scratch(new Converted(inputGradient, inputGradient),
                        to.layouts().elements(inputGradient) * problem.type().bytes());
        calls.add(library(problem, inputGradient, result, filters(weights, problem.type()), to.of(outputGradient)));
        if (!same) {
            calls.add(convert(result, problem.type(), to.of(inputGradient), inputGradient.dtype(),
                    to.layouts().elements(inputGradient)));
        }
        return calls;
    }

    List<DeviceCall> backward(ConvolutionOp.BackwardWeights op) {
        return backwardWeights(ConvolutionProblem.of(Part.WEIGHTS, op.outputGradient().dtype(), op.spec(),
                op.input().shape(), op.outputGradient().shape(), to.layouts().channels(op.input())), op.input(),
                op.outputGradient(), op.weightsGradient(), op.biasGradient());
    }

    List<DeviceCall> backward(LinearOp.BackwardWeights op) {
        return backwardWeights(ConvolutionProblem.linear(Part.WEIGHTS, op.outputGradient().dtype(),
                op.input().shape(), op.outputGradient().shape().dim(1)), op.input(), op.outputGradient(),
                op.weightsGradient(), op.biasGradient());
    }

    private List<DeviceCall> backwardWeights(ConvolutionProblem problem, Tensor input, Tensor outputGradient,
            Tensor weightsGradient, Optional<Tensor> biasGradient) {
        List<DeviceCall> calls = new ArrayList<>();
        long images = converted(input, problem.type(), weightsGradient, calls);
        calls.add(library(problem, weightsGradient, images, to.of(weightsGradient), to.of(outputGradient)));
        biasGradient.ifPresent(gradient -> calls.addAll(bias(outputGradient, gradient)));
        return calls;
    }

    List<DeviceCall> backward(ConvolutionOp.BackwardBias op) {
        return bias(op.outputGradient(), op.biasGradient());
    }

    private List<DeviceCall> bias(Tensor outputGradient, Tensor biasGradient) {
        int channels = Lowering.channels(outputGradient);
        long rows = Lowering.rows(outputGradient);
        String kernel = Lowering.byLanes("column_sums", outputGradient.dtype(), channels);
        ColumnGrid columns = ColumnGrid.ofSums(to.device(), kernel, outputGradient.dtype(), rows, channels);
        Partials partials = Partials.of(to.memory(), columns, new BiasPartial(biasGradient));
        return to.calls(kernel, columns.grid(), to.structure().with(to.of(outputGradient)).with(partials)
                .with(to.of(biasGradient)).with(rows).with(channels), outputGradient);
    }

    private DeviceCall library(ConvolutionProblem problem, Tensor result, long images, long filters, long results) {
        DeviceConvolutions.Prepared prepared = library.apply(problem);
        long workspace = to.memory().scratch(new Workspace(result), prepared.workspaceBytes());
        return new ConvolutionCall(problem, prepared.on(images, filters, results, workspace));
    }

    private long filters(Tensor weights, DType type) {
        return type == DType.BF16 ? to.parameters().copy(weights) : to.of(weights);
    }

    private long converted(Tensor input, DType type, Tensor user, List<DeviceCall> calls) {
        if (input.dtype() == type) {
            return to.of(input);
        }
        long elements = to.layouts().elements(input);
        long result = to.memory().scratch(new Converted(input, user), elements * type.bytes());
        calls.add(convert(to.of(input), input.dtype(), result, type, elements));
        return result;
    }

    private DeviceCall convert(long from, DType fromType, long result, DType toType, long elements) {
        return to.over(elements, "scale_" + fromType.label() + "_" + toType.label(),
                to.structure().with(from).with(0L).with(result).with(elements).with(1f));
    }
}
