package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.Activation;
import dev.lethe.kernels.BatchNormOp;
import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.GatherImages;
import dev.lethe.kernels.LinearOp;
import dev.lethe.kernels.Op;
import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.PointwiseOp;
import dev.lethe.kernels.PoolOp;
import dev.lethe.kernels.PoolSpec;
import dev.lethe.kernels.SoftmaxCrossEntropy;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.simd.TilePoolPass;
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

/** Chooses a kernel for one operation on one worker's share in the channels-last layout: oneDNN's for products. */
final class Lowering {
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

    Lowering(engine engine, NativeHandles handles, ParameterMemory parameters, Bindings bindings, int examples,
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
    Lowered lower(Op op) {
        return switch (op) {
            case GatherImages gather -> PassLowering.gather(gather, bindings);
            case ConvolutionOp.Forward f when tileSide(f) > 0 -> winograd.forward(f, tileSide(f));
            case ConvolutionOp.BackwardData d when tileSide(d) > 0 -> winograd.backwardData(d, tileSide(d));
            case ConvolutionOp.BackwardWeights w when tileSide(w) > 0 -> winograd.backwardWeights(w, tileSide(w));
            case ConvolutionOp.Forward f when PlainConvolutionLowering.takes(f) -> plain.forward(f);
            case ConvolutionOp.BackwardData d when PlainConvolutionLowering.takes(d) -> plain.backwardData(d);
            case ConvolutionOp.BackwardWeights w when PlainConvolutionLowering.takes(w) -> plain.backwardWeights(w);
            case ConvolutionOp.BackwardWeights w when IdleTaps.areLeftUnset(w) ->
                new LoweredChain(List.of(convolutionBackwardWeights(w), IdleTaps.clear(w, parameters)));
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

    private Lowered convolutionForward(ConvolutionOp.Forward op) {
        var descriptor = primitives.convolutionForward(op.spec(), op.input(), op.output(), op.bias().isPresent(),
                op.activation());
        PrimitiveLowering lowering = lowering(descriptor, new convolution_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DST, op.output(), descriptor.dst_desc());
        op.bias().ifPresent(bias -> lowering.parameter(dnnl.DNNL_ARG_BIAS, bias, descriptor.bias_desc()));
        return lowering;
    }

    private Lowered convolutionBackwardData(ConvolutionOp.BackwardData op) {
        var descriptor = primitives.convolutionBackwardData(op.spec(), op.inputGradient(), op.outputGradient());
        return lowering(descriptor, new convolution_backward_data(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), descriptor.diff_src_desc());
    }

    private Lowered convolutionBackwardWeights(ConvolutionOp.BackwardWeights op) {
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

    private Lowered linearForward(LinearOp.Forward op) {
        var descriptor = primitives.linearForward(op.input(), op.output(), op.bias().isPresent(), op.activation());
        PrimitiveLowering lowering = lowering(descriptor, new inner_product_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DST, op.output(), descriptor.dst_desc());
        op.bias().ifPresent(bias -> lowering.parameter(dnnl.DNNL_ARG_BIAS, bias, descriptor.bias_desc()));
        return lowering;
    }

    private Lowered linearBackwardData(LinearOp.BackwardData op) {
        var descriptor = primitives.linearBackwardData(op.inputGradient(), op.outputGradient());
        return lowering(descriptor, new inner_product_backward_data(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), descriptor.diff_src_desc());
    }

    private Lowered linearBackwardWeights(LinearOp.BackwardWeights op) {
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

    private Lowered maxPoolForward(PoolOp.MaxForward op) {
        var descriptor = primitives.maxPoolForward(op.spec(), op.input(), op.output());
        Lowered pool = lowering(descriptor, new pooling_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), activation(op.input()))
                .activation(dnnl.DNNL_ARG_DST, op.output(), activation(op.output()))
                .buffer(dnnl.DNNL_ARG_WORKSPACE, winners(op.spec(), op.output()), descriptor.workspace_desc());
        return op.activation() == Activation.IDENTITY
                ? pool
                : new LoweredChain(
                        List.of(pool, PointwiseLowering.lower(new PointwiseOp.ReluForward(op.output(), op.output()),
                                bindings)));
    }

    private Lowered maxPoolBackward(PoolOp.MaxBackward op) {
        var descriptor = primitives.maxPoolBackward(op.spec(), op.inputGradient(), op.outputGradient());
        PrimitiveLowering pool = lowering(descriptor, new pooling_backward(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), activation(op.inputGradient()))
                .buffer(dnnl.DNNL_ARG_WORKSPACE, winners(op.spec(), op.output()), descriptor.workspace_desc());
        memory.desc gradient = activation(op.outputGradient());
        if (op.activation() == Activation.IDENTITY) {
            return pool.activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), gradient);
        }
        Object masked = List.of("masked", op);
        return new LoweredChain(List.of(PassLowering.relu(op.output(), op.outputGradient(), masked),
                pool.buffer(dnnl.DNNL_ARG_DIFF_DST, masked, gradient)));
    }

    /** Names the memory in which forward leaves the winners of all windows for backward. */
    private static Object winners(PoolSpec spec, Tensor output) {
        return List.of("winners", spec, output);
    }
}
