package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.LoweredSequence;
import dev.lethe.nativelib.cpu.lower.PassLowering;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import java.util.List;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;

/** The choice of a primitive for each operation on one worker's slice. */
final class PrimitiveChoice {
    private final OneDnnKernels kernels;
    private final ParameterMemory parameters;
    private final int examples;
    private final PrimitiveDescriptors primitives;

    PrimitiveChoice(OneDnnKernels kernels, ParameterMemory parameters, int examples) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.examples = examples;
        primitives = new PrimitiveDescriptors(kernels.engine(), examples);
    }

    private PrimitiveLowering lowering(primitive_desc_base descriptor, primitive made) {
        return new PrimitiveLowering(kernels, parameters, descriptor, made);
    }

    private memory.desc activation(Tensor tensor) {
        return Descriptors.activation(tensor, examples);
    }

    LoweredOp convolutionForward(ConvolutionOp.Forward op) {
        var descriptor = primitives.convolutionForward(op.spec(), op.input(), op.output(), op.bias().isPresent(),
                op.activation());
        PrimitiveLowering lowering = lowering(descriptor, new convolution_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DST, op.output(), descriptor.dst_desc());
        op.bias().ifPresent(bias -> lowering.parameter(dnnl.DNNL_ARG_BIAS, bias, descriptor.bias_desc()));
        return lowering;
    }

    LoweredOp convolutionBackwardData(ConvolutionOp.BackwardData op) {
        var descriptor = primitives.convolutionBackwardData(op.spec(), op.inputGradient(), op.outputGradient());
        return lowering(descriptor, new convolution_backward_data(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), descriptor.diff_src_desc());
    }

    LoweredOp convolutionBackwardWeights(ConvolutionOp.BackwardWeights op) {
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

    LoweredOp linearForward(LinearOp.Forward op) {
        var descriptor = primitives.linearForward(op.input(), op.output(), op.bias().isPresent(), op.activation());
        PrimitiveLowering lowering = lowering(descriptor, new inner_product_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), descriptor.src_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DST, op.output(), descriptor.dst_desc());
        op.bias().ifPresent(bias -> lowering.parameter(dnnl.DNNL_ARG_BIAS, bias, descriptor.bias_desc()));
        return lowering;
    }

    LoweredOp linearBackwardData(LinearOp.BackwardData op) {
        var descriptor = primitives.linearBackwardData(op.inputGradient(), op.outputGradient());
        return lowering(descriptor, new inner_product_backward_data(descriptor))
                .activation(dnnl.DNNL_ARG_DIFF_DST, op.outputGradient(), descriptor.diff_dst_desc())
                .parameter(dnnl.DNNL_ARG_WEIGHTS, op.weights(), descriptor.weights_desc())
                .activation(dnnl.DNNL_ARG_DIFF_SRC, op.inputGradient(), descriptor.diff_src_desc());
    }

    LoweredOp linearBackwardWeights(LinearOp.BackwardWeights op) {
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

    LoweredOp maxPoolForward(PoolOp.MaxForward op) {
        var descriptor = primitives.maxPoolForward(op.spec(), op.input(), op.output());
        LoweredOp pool = lowering(descriptor, new pooling_forward(descriptor))
                .activation(dnnl.DNNL_ARG_SRC, op.input(), activation(op.input()))
                .activation(dnnl.DNNL_ARG_DST, op.output(), activation(op.output()))
                .buffer(dnnl.DNNL_ARG_WORKSPACE, winners(op.spec(), op.output()), descriptor.workspace_desc());
        return op.activation() == Activation.IDENTITY
                ? pool
                : new LoweredSequence(List.of(pool, PassLowering.relu(op.output())));
    }

    LoweredOp maxPoolBackward(PoolOp.MaxBackward op) {
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

    /** Returns the name of the memory in which the forward pass leaves the positions of all maxima. */
    private static Object winners(PoolSpec spec, Tensor output) {
        return List.of("winners", spec, output);
    }
}
