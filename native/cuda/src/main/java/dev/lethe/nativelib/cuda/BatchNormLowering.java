package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec.Statistics;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The lowering of batch normalisations to kernels: one for sums over the rows, and one over the elements. */
final class BatchNormLowering {
    private final Lowering to;

    /** The key of a normalisation's means and inverse deviations, which live from its forward to its backward pass. */
    private record Moments(Tensor output) {}

    /** The key of the partial sums of a pass. */
    private record Partial(Tensor result) {}

    /** The key of the mean gradients of the backward pass. */
    private record Means(Tensor result) {}

    BatchNormLowering(Lowering to) {
        this.to = to;
    }

    private long mean(BatchNormOp.Forward op) {
        return to.memory().scratch(new Moments(op.output()), 2L * op.tensors().channels() * Float.BYTES);
    }

    private long inverse(BatchNormOp.Forward op) {
        return mean(op) + (long) op.tensors().channels() * Float.BYTES;
    }

    List<DeviceCall> forward(BatchNormOp.Forward op) {
        DType type = op.input().dtype();
        int channels = op.tensors().channels();
        long rows = Lowering.rows(op.input());
        String statistics = Lowering.byLanes("statistics", type, channels);
        String norm = Lowering.byLanes("norm", type, channels);
        List<DeviceCall> calls = new ArrayList<>();
        if (op.spec().statistics() == Statistics.BATCH) {
            ColumnGrid columns = ColumnGrid.ofSums(to.device(), statistics, type, rows, channels);
            Partials partials = Partials.of(to.memory(), columns, new Partial(op.output()));
            calls.add(to.call(statistics, columns.grid(), moments(op, partials), op.input()));
        } else {
            calls.add(to.over(channels, "running_moments", moments(op, Partials.NONE)));
        }
        calls.add(to.call(norm, ColumnGrid.of(to.device(), norm, type, rows, channels).grid(), to.structure()
                .with(to.of(op.input())).with(op.residual().map(to::of).orElse(0L)).with(mean(op)).with(inverse(op))
                .with(to.of(op.tensors().scale())).with(to.of(op.tensors().shift())).with(to.of(op.output()))
                .with(rows).with(channels).with(op.activation() == Activation.RELU),
                moved(List.of(op.input(), op.output()), op.residual())));
        return calls;
    }

    private KernelArguments moments(BatchNormOp.Forward op, Partials partials) {
        return to.structure().with(to.of(op.input())).with(partials).with(mean(op)).with(inverse(op))
                .with(to.of(op.tensors().runningMean())).with(to.of(op.tensors().runningVariance()))
                .with(Lowering.rows(op.input())).with(op.tensors().channels()).with((float) op.spec().epsilon())
                .with((float) op.spec().momentum());
    }

    List<DeviceCall> backward(BatchNormOp.Backward op) {
        BatchNormOp.Forward forward = op.forward();
        DType type = forward.input().dtype();
        int channels = forward.tensors().channels();
        long rows = Lowering.rows(forward.input());
        Gradient first = made(op);
        Gradient second = madeAgain(op, first);
        String sums = Lowering.byLanes(first.kernel("norm_sums"), type, channels);
        String gradient = Lowering.byLanes(second.kernel("norm_gradient"), type, channels);
        ColumnGrid columns = ColumnGrid.ofSums(to.device(), sums, type, rows, channels);
        Partials partials = Partials.of(to.memory(), columns, new Partial(op.inputGradient()));
        return List.of(
                to.call(sums, columns.grid(), structure(op, first, partials),
                        moved(first.read, op.residualGradient())),
                to.call(gradient, ColumnGrid.of(to.device(), gradient, type, rows, channels).grid(),
                        structure(op, second, Partials.NONE),
                        moved(second.read, Optional.of(op.inputGradient()))));
    }

    private static Tensor[] moved(List<Tensor> tensors, Optional<Tensor> another) {
        return Stream.concat(tensors.stream(), another.stream()).toArray(Tensor[]::new);
    }

    /**
     * The gradient before the activation, which a kernel computes from addresses on the device.
     *
     * @param first first summand of the output's gradient
     * @param second second summand of the output's gradient, 0 for none
     * @param output output of the forward pass, which tells what ReLU let through; 0 if there is no ReLU, or the input
     *        tells it
     * @param read tensors that the kernel reads for it, and the input of the forward pass
     */
    private record Gradient(long first, long second, long output, boolean toldByInput, List<Tensor> read) {
        String kernel(String name) {
            return toldByInput ? "told_" + name : name;
        }
    }

    private Gradient made(BatchNormOp.Backward op) {
        BatchNormOp.Forward forward = op.forward();
        boolean relu = forward.activation() == Activation.RELU;
        boolean toldByInput = relu && forward.residual().isEmpty(); // both passes read the input in any case
        List<Tensor> read = new ArrayList<>(op.outputGradients());
        read.add(forward.input());
        if (relu && !toldByInput) {
            read.add(forward.output());
        }
        return new Gradient(to.of(op.outputGradients().getFirst()),
                op.outputGradients().size() > 1 ? to.of(op.outputGradients().getLast()) : 0,
                relu && !toldByInput ? to.of(forward.output()) : 0, toldByInput, read);
    }

    /**
     * Returns the gradient for the second pass, which reads the gradient of the residual alone if the first pass has
     * written it.
     */
    private Gradient madeAgain(BatchNormOp.Backward op, Gradient first) {
        return op.residualGradient().map(gradient -> new Gradient(to.of(gradient), 0, 0, false,
                List.of(gradient, op.forward().input()))).orElse(first);
    }

    private KernelArguments structure(BatchNormOp.Backward op, Gradient gradient, Partials partials) {
        BatchNormOp.Forward forward = op.forward();
        int channels = forward.tensors().channels();
        long means = to.memory().scratch(new Means(op.inputGradient()), 2L * channels * Float.BYTES);
        return to.structure().with(to.of(forward.input())).with(gradient.output).with(gradient.first)
                .with(gradient.second).with(mean(forward)).with(inverse(forward))
                .with(to.of(forward.tensors().scale())).with(to.of(forward.tensors().shift())).with(means)
                .with(partials).with(to.of(op.shiftGradient())).with(to.of(op.scaleGradient()))
                .with(op.residualGradient().map(to::of).orElse(0L)).with(to.of(op.inputGradient()))
                .with(Lowering.rows(forward.input())).with(channels)
                .with(forward.spec().statistics() == Statistics.RUNNING);
    }
}
