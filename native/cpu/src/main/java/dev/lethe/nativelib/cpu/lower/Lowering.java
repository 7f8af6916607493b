package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.simd.TilePoolPass;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.BatchSlice;

/**
 * The choice of a kernel for each operation on one worker's slice in the channels-last layout: a library's kernel for
 * products and for windows that overlap, a Vector API pass for everything else.
 */
public final class Lowering {
    private final ProductKernels kernels;
    private final ParameterMemory parameters;
    private final Bindings bindings;
    private final BatchSlice slice;
    private final BatchNormLowering norms;
    private final WinogradLowering winograd;
    private final ConvolutionAlgorithms algorithms;

    /** Makes a lowering for the slice of one worker. */
    public Lowering(ProductKernels kernels, ParameterMemory parameters, Bindings bindings, BatchSlice slice,
            BatchNormLowering norms, WinogradLowering winograd, ConvolutionAlgorithms algorithms) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.bindings = bindings;
        this.slice = slice;
        this.norms = norms;
        this.winograd = winograd;
        this.algorithms = algorithms;
    }

    /** Lowers everything but the optimizer, which all workers share. */
    public LoweredOp lower(Op op) {
        return switch (op) {
            case GatherImages gather -> PassLowering.gather(gather, bindings);
            case ConvolutionOp.Forward f when tileSide(f) > 0 -> winograd.forward(f, tileSide(f));
            case ConvolutionOp.BackwardData d when tileSide(d) > 0 -> winograd.backwardData(d, tileSide(d));
            case ConvolutionOp.BackwardWeights w when tileSide(w) > 0 -> winograd.backwardWeights(w, tileSide(w));
            case ConvolutionOp.BackwardBias bias -> BiasLowering.backward(bias, parameters);
            case PoolOp.MaxForward forward when TilePoolPass.accepts(forward.spec()) -> PassLowering.pool(forward);
            case PoolOp.MaxBackward backward when TilePoolPass.accepts(backward.spec()) -> PassLowering.pool(backward);
            case ConvolutionOp _,LinearOp _,PoolOp.MaxForward _,PoolOp.MaxBackward _ ->
                kernels.lower(op, parameters, slice);
            case PointwiseOp pointwise -> PointwiseLowering.lower(pointwise, bindings);
            case PoolOp.AverageForward forward -> AveragePoolLowering.forward(forward);
            case PoolOp.AverageBackward backward -> AveragePoolLowering.backward(backward);
            case BatchNormOp.Forward forward -> norms.forward(forward);
            case BatchNormOp.Backward backward -> norms.backward(backward);
            case PoolOp.GlobalAverageForward pool -> PassLowering.means(pool);
            case PoolOp.GlobalAverageBackward pool -> PassLowering.means(pool);
            case SoftmaxCrossEntropy loss -> PassLowering.loss(loss, bindings);
            case OptimizerOp _ -> throw new IllegalArgumentException("the optimizer belongs to no worker");
            case Pause _ -> throw new IllegalArgumentException("a pause is no work");
        };
    }

    private int tileSide(ConvolutionOp op) {
        return algorithms.tileSide(op);
    }
}
