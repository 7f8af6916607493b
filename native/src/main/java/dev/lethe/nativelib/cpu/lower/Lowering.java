package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.simd.TilePoolPass;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.onednn.Descriptors;
import dev.lethe.nativelib.cpu.onednn.NativeHandles;
import dev.lethe.nativelib.cpu.onednn.OneDnnFaults;
import dev.lethe.nativelib.cpu.onednn.PrimitiveDescriptors;
import java.util.List;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;

/**
 * The choice of a kernel for each operation on one worker's slice in the channels-last layout: oneDNN's for products.
 */
public final class Lowering {
    private final engine engine;
    private final NativeHandles handles;
    private final ParameterMemory parameters;
    private final Bindings bindings;
    private final int examples;
    private final PrimitiveDescriptors primitives;
    private final BatchNormLowering norms;
    private final WinogradLowering winograd;
    private final ConvolutionAlgorithms algorithms;
    private final PlainConvolutionLowering plain;

    /**
     * Makes a lowering for the slice of one worker.
     *
     * @param examples of the slice
     */
    public Lowering(engine engine, NativeHandles handles, ParameterMemory parameters, Bindings bindings, int examples,
            BatchNormLowering norms, WinogradLowering winograd, ConvolutionAlgorithms algorithms) {
        this.engine = engine;
        this.handles = handles;
        this.parameters = parameters;
        this.bindings = bindings;
        this.examples = examples;
        this.norms = norms;
        this.winograd = winograd;
        this.algorithms = algorithms;
        primitives = new PrimitiveDescriptors(engine, examples);
        plain = new PlainConvolutionLowering(engine, handles, parameters, examples);
    }

    /** Lowers everything but the optimizer, which all workers share. */
    public LoweredOp lower(Op op) {
        return switch (op) {
            case GatherImages gather -> PassLowering.gather(gather, bindings);
            case ConvolutionOp.Forward f when tileSide(f) > 0 -> winograd.forward(f, tileSide(f));
            case ConvolutionOp.BackwardData d when tileSide(d) > 0 -> winograd.backwardData(d, tileSide(d));
            case ConvolutionOp.BackwardWeights w when tileSide(w) > 0 -> winograd.backwardWeights(w, tileSide(w));
            case ConvolutionOp.Forward f when OneDnnFaults.computesWrongly(f) -> plain.forward(f);
            case ConvolutionOp.BackwardData d when OneDnnFaults.computesWrongly(d) -> plain.backwardData(d);
            case ConvolutionOp.BackwardWeights w when OneDnnFaults.computesWrongly(w) -> plain.backwardWeights(w);
            case ConvolutionOp.BackwardWeights w when OneDnnFaults.leavesIdleTapsUnset(w) ->
                new LoweredSequence(List.of(convolutionBackwardWeights(w), IdleTaps.clear(w, parameters)));
            case ConvolutionOp.Forward forward -> convolutionForward(forward);
            case ConvolutionOp.BackwardData data -> convolutionBackwardData(data);
            case ConvolutionOp.BackwardWeights weights -> convolutionBackwardWeights(weights);
            case ConvolutionOp.BackwardBias bias -> BiasLowering.backward(bias, parameters);
            case PoolOp.MaxForward forward when TilePoolPass.accepts(forward.spec()) -> PassLowering.pool(forward);
            case PoolOp.MaxForward forward -> maxPoolForward(forward);
            case PoolOp.MaxBackward backward when TilePoolPass.accepts(backward.spec()) -> PassLowering.pool(backward);
            case PoolOp.MaxBackward backward -> maxPoolBackward(backward);
            case PointwiseOp pointwise -> PointwiseLowering.lower(pointwise, bindings);
            case PoolOp.AverageForward forward -> AveragePoolLowering.forward(forward);
            case PoolOp.AverageBackward backward -> AveragePoolLowering.backward(backward);
            case LinearOp.Forward forward -> linearForward(forward);
            case LinearOp.BackwardData data -> linearBackwardData(data);
            case LinearOp.BackwardWeights weights -> linearBackwardWeights(weights);
            case BatchNormOp.Forward forward -> norms.forward(forward);
            case BatchNormOp.Backward backward -> norms.backward(backward);
            case PoolOp.GlobalAverageForward pool -> PassLowering.means(pool);
            case PoolOp.GlobalAverageBackward pool -> PassLowering.means(pool);
            case SoftmaxCrossEntropy loss -> PassLowering.loss(loss, bindings);
            case OptimizerOp _ -> throw new IllegalArgumentException("the optimizer belongs to no worker");
        };
    }

    private int tileSide(ConvolutionOp op) {
        return algorithms.tileSide(op);
    }

    private PrimitiveLowering lowering(primitive_desc_base descriptor, primitive made) {
        return new PrimitiveLowering(engine, handles, parameters, descriptor, made);
    }

    private memory.desc activation(Tensor tensor) {
        return Descriptors.activation(tensor, examples);
    }

    private LoweredOp convolutionForward(ConvolutionOp.Forward op) {
        var descriptor = primitives.convolutionForward(op.spec(), op.input(), op.output(), op.bias().isPresent(),
                op.activation());
        PrimitiveLowering lowering = lowering(descriptor, new convolution_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DST, op.output(), descriptor.dst_desc());
        op.bias().ifPresent(bias -> lowering.parameter(dnnl.DNNL_ARG_BIAS, bias, descriptor.bias_desc()));
        return lowering;
    }

    private LoweredOp convolutionBackwardData(ConvolutionOp.BackwardData op) {
        var descriptor = primitives.convolutionBackwardData(op.spec(), op.inputGradient(), op.outputGradient());
        return lowering(descriptor, new convolution_backward_data(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), descriptor.diff_src_desc());
    }

    private LoweredOp convolutionBackwardWeights(ConvolutionOp.BackwardWeights op) {
        var descriptor = primitives.convolutionBackwardWeights(op.spec(), op.input(), op.outputGradient(),
                op.biasGradient().isPresent());
        PrimitiveLowering lowering = lowering(descriptor, new convolution_backward_weights(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .gradient(dnnl.DNNL_ARG_DIFF_WEIGHTS, op.weightsGradient(), descriptor.diff_weights_desc());
        op.biasGradient()
                .ifPresent(bias -> lowering.gradient(dnnl.DNNL_ARG_DIFF_BIAS, bias, descriptor.diff_bias_desc()));
        return lowering;
    }

    private LoweredOp linearForward(LinearOp.Forward op) {
        var descriptor = primitives.linearForward(op.input(), op.output(), op.bias().isPresent(), op.activation());
        PrimitiveLowering lowering = lowering(descriptor, new inner_product_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DST, op.output(), descriptor.dst_desc());
        op.bias().ifPresent(bias -> lowering.parameter(dnnl.DNNL_ARG_BIAS, bias, descriptor.bias_desc()));
        return lowering;
    }

    private LoweredOp linearBackwardData(LinearOp.BackwardData op) {
        var descriptor = primitives.linearBackwardData(op.inputGradient(), op.outputGradient());
        return lowering(descriptor, new inner_product_backward_data(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), descriptor.diff_src_desc());
    }

    private LoweredOp linearBackwardWeights(LinearOp.BackwardWeights op) {
        var descriptor = primitives.linearBackwardWeights(op.input(), op.outputGradient(),
                op.biasGradient().isPresent());
        PrimitiveLowering lowering = lowering(descriptor, new inner_product_backward_weights(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .gradient(dnnl.DNNL_ARG_DIFF_WEIGHTS, op.weightsGradient(), descriptor.diff_weights_desc());
        op.biasGradient()
                .ifPresent(bias -> lowering.gradient(dnnl.DNNL_ARG_DIFF_BIAS, bias, descriptor.diff_bias_desc()));
        return lowering;
    }

    private LoweredOp maxPoolForward(PoolOp.MaxForward op) {
        var descriptor = primitives.maxPoolForward(op.spec(), op.input(), op.output());
        LoweredOp pool = lowering(descriptor, new pooling_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), activation(op.input()))
                .activation(dnnl.DNNL_ARG_DST, op.output(), activation(op.output()))
                .buffer(dnnl.DNNL_ARG_WORKSPACE, winners(op.spec(), op.output()), descriptor.workspace_desc());
        return op.activation() == Activation.IDENTITY
                ? pool
                : new LoweredSequence(
                        List.of(pool, PointwiseLowering.lower(new PointwiseOp.ReluForward(op.output(), op.output()),
                                bindings)));
    }

    private LoweredOp maxPoolBackward(PoolOp.MaxBackward op) {
        var descriptor = primitives.maxPoolBackward(op.spec(), op.inputGradient(), op.outputGradient());
        PrimitiveLowering pool = lowering(descriptor, new pooling_backward(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), activation(op.inputGradient()))
                .buffer(dnnl.DNNL_ARG_WORKSPACE, winners(op.spec(), op.output()), descriptor.workspace_desc());
        memory.desc gradient = activation(op.outputGradient());
        if (op.activation() == Activation.IDENTITY) {
            return pool.activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), gradient);
        }
        Object masked = List.of("masked", op);
        return new LoweredSequence(List.of(PassLowering.relu(op.output(), op.outputGradient(), masked),
                pool.buffer(dnnl.DNNL_ARG_DIFF_DST, masked, gradient)));
    }

    /** Names the memory in which forward leaves the winners of all windows for backward. */
    private static Object winners(PoolSpec spec, Tensor output) {
        return List.of("winners", spec, output);
    }
}
