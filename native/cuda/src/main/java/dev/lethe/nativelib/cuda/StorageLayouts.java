package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The layouts of tensors on the device, if they differ from those that operations see. Images of few channels are
 * padded with zeros, because tensor cores take eight bfloat16s at a time; filters have their channels last.
 */
final class StorageLayouts {
    private static final int GRANULE = 8; // bfloat16s in 16 bytes

    private final Map<Tensor, Integer> channels = new HashMap<>();
    private final Map<Tensor, FilterLayout> filters = new HashMap<>();
    private final Set<Tensor> bfloat16Gradients = new HashSet<>();

    StorageLayouts(ProgramSpec spec) {
        List<Op> ops = spec.plans().stream().flatMap(plan -> plan.ops().stream()).toList();
        for (Op op : ops) {
            if (op instanceof GatherImages gather && gather.output().dtype() == DType.BF16
                    && ops.stream().filter(other -> other.reads().contains(gather.output()))
                            .allMatch(StorageLayouts::takesPaddedImages)) {
                int logical = gather.output().shape().dim(3);
                channels.put(gather.output(), Math.ceilDiv(logical, GRANULE) * GRANULE);
            }
        }
        ops.forEach(this::layOut);
    }

    private static boolean takesPaddedImages(Op op) {
        return switch (op) {
            case ConvolutionOp.Forward forward -> forward.spec().groups() == 1;
            case ConvolutionOp.BackwardWeights backward -> backward.spec().groups() == 1;
            default -> false;
        };
    }

    private void layOut(Op op) {
        switch (op) {
            case ConvolutionOp.Forward forward -> store(forward.weights(), FilterLayout
                    .convolution(forward.weights().shape(), channels(forward.input()) / forward.spec().groups()));
            case ConvolutionOp.BackwardData backward -> store(backward.weights(), FilterLayout.convolution(
                    backward.weights().shape(), channels(backward.inputGradient()) / backward.spec().groups()));
            case ConvolutionOp.BackwardWeights backward -> {
                Tensor gradient = backward.weightsGradient();
                store(gradient, FilterLayout.convolution(gradient.shape(),
                        channels(backward.input()) / backward.spec().groups()));
                noteType(gradient, backward.outputGradient());
            }
            case LinearOp.Forward forward ->
                store(forward.weights(), FilterLayout.linear(forward.weights().shape(), forward.input().shape()));
            case LinearOp.BackwardData backward -> store(backward.weights(),
                    FilterLayout.linear(backward.weights().shape(), backward.inputGradient().shape()));
            case LinearOp.BackwardWeights backward -> {
                Tensor gradient = backward.weightsGradient();
                store(gradient, FilterLayout.linear(gradient.shape(), backward.input().shape()));
                noteType(gradient, backward.outputGradient());
            }
            default -> {
                /* has no filters */ }
        }
    }

    private void store(Tensor weights, FilterLayout layout) {
        FilterLayout other = filters.putIfAbsent(weights, layout);
        if (other != null && !other.equals(layout)) {
            throw new IllegalArgumentException("two operations want " + weights + " in the layouts " + other + " and "
                    + layout);
        }
    }

    private void noteType(Tensor gradient, Tensor outputGradient) {
        if (outputGradient.dtype() == DType.BF16) {
            bfloat16Gradients.add(gradient);
        }
    }

    /** Returns the number of stored channels of an activation. */
    int channels(Tensor activation) {
        return channels.getOrDefault(activation, activation.shape().dim(activation.shape().rank() - 1));
    }

    /** Returns the number of stored elements of an activation. */
    long elements(Tensor activation) {
        return activation.shape().elements() / activation.shape().dim(activation.shape().rank() - 1)
                * channels(activation);
    }

    /** Returns the layout of a parameter or its gradient, which may be a plain row of elements. */
    FilterLayout filter(Tensor tensor) {
        return filters.getOrDefault(tensor, FilterLayout.plain(tensor.shape()));
    }

    /** Tells whether a gradient is computed in bfloat16s. */
    boolean isBFloat16Gradient(Tensor gradient) {
        return bfloat16Gradients.contains(gradient);
    }
}
