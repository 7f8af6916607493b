package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Tensor;
import java.util.List;

/**
 * A tensor operation of a step. Activations are (N, H, W, C) or (N, C); the first extent is the plan's batch. Every
 * operation is defined by the loops of {@code dev.lethe.kernels.reference}.
 */
public sealed interface Op
        permits GatherImages, ConvolutionOp, LinearOp, BatchNormOp, PoolOp, PointwiseOp, SoftmaxCrossEntropy,
        OptimizerOp, Pause {
    /** Returns the tensors whose values the operation uses. */
    List<Tensor> reads();

    /** Returns the tensors whose values the operation replaces. */
    List<Tensor> writes();
}
