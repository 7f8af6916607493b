package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * The primitives of one worker's slice, described but not yet made. Weights take the layout that each primitive prefers
 * and the type of the input, and their gradients are floats; scratch memory comes from the caller.
 */
final class PrimitiveDescriptors {
    private final engine engine;
    private final int examples;

    /** Describes primitives for a number of examples. */
    public PrimitiveDescriptors(engine engine, int examples) {
        this.engine = engine;
        this.examples = examples;
    }

    private memory.desc activation(Tensor tensor) {
        return Descriptors.activation(tensor, examples);
    }

    private static primitive_attr attributes(Activation activation) {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
        if (activation == Activation.RELU) {
            post_ops relu = new post_ops();
            relu.append_eltwise(algorithm.eltwise_relu, 0, 0);
            attributes.set_post_ops(relu);
        }
        return attributes;
    }

    private static long[] both(long value) {
        return new long[]{value, value};
    }

    /** Returns the strides along rows and columns of images (N, H, W, C). */
    private static long[] strides(ConvolutionSpec spec, Tensor images) {
        return new long[]{spec.leastStride(images.shape().dim(1)), spec.leastStride(images.shape().dim(2))};
    }

    private static long[] strides(PoolSpec spec, Tensor images) {
        return new long[]{spec.leastStride(images.shape().dim(1)), spec.leastStride(images.shape().dim(2))};
    }

    /** Describes a convolution, with the bias and the activation that it joins. */
    public convolution_forward.primitive_desc convolutionForward(ConvolutionSpec spec, Tensor input, Tensor output,
            boolean bias, Activation activation) {
        memory.desc weights = Descriptors.anyConvolutionWeights(spec, input.dtype());
        long[] strides = strides(spec, input);
        long[] dilates = both(spec.dilation() - 1L);
        long[] padding = both(spec.padding());
        return bias
                ? new convolution_forward.primitive_desc(engine, prop_kind.forward_training,
                        algorithm.convolution_direct, activation(input), weights, biasOf(spec.outputChannels()),
                        activation(output), strides, dilates, padding, padding, attributes(activation), false)
                : new convolution_forward.primitive_desc(engine, prop_kind.forward_training,
                        algorithm.convolution_direct, activation(input), weights, activation(output), strides, dilates,
                        padding, padding, attributes(activation), false);
    }

    /** Describes the gradient of a convolution's input. */
    public convolution_backward_data.primitive_desc convolutionBackwardData(ConvolutionSpec spec, Tensor inputGradient,
            Tensor outputGradient) {
        return new convolution_backward_data.primitive_desc(engine, algorithm.convolution_direct,
                activation(inputGradient), Descriptors.anyConvolutionWeights(spec, inputGradient.dtype()),
                activation(outputGradient), strides(spec, inputGradient), both(spec.dilation() - 1L),
                both(spec.padding()),
                both(spec.padding()),
                convolutionForward(spec, inputGradient, outputGradient, false, Activation.IDENTITY),
                attributes(Activation.IDENTITY), false);
    }

    /** Describes the gradient of a convolution's weights, and of its bias if asked for. */
    public convolution_backward_weights.primitive_desc convolutionBackwardWeights(ConvolutionSpec spec, Tensor input,
            Tensor outputGradient, boolean bias) {
        memory.desc weights = Descriptors.anyConvolutionWeights(spec, DType.F32);
        long[] strides = strides(spec, input);
        long[] dilates = both(spec.dilation() - 1L);
        long[] padding = both(spec.padding());
        convolution_forward.primitive_desc hint = convolutionForward(spec, input, outputGradient, bias,
                Activation.IDENTITY);
        return bias
                ? new convolution_backward_weights.primitive_desc(engine, algorithm.convolution_direct,
                        activation(input), weights, biasOf(spec.outputChannels()), activation(outputGradient), strides,
                        dilates, padding, padding, hint, attributes(Activation.IDENTITY), false)
                : new convolution_backward_weights.primitive_desc(engine, algorithm.convolution_direct,
                        activation(input), weights, activation(outputGradient), strides, dilates, padding, padding,
                        hint, attributes(Activation.IDENTITY), false);
    }

    /** Describes a linear layer, with the bias and the activation that it joins. */
    public inner_product_forward.primitive_desc linearForward(Tensor input, Tensor output, boolean bias,
            Activation activation) {
        int outputs = output.shape().dim(1);
        memory.desc weights = Descriptors.anyLinearWeights(input, outputs, input.dtype());
        return bias
                ? new inner_product_forward.primitive_desc(engine, prop_kind.forward_training, activation(input),
                        weights, biasOf(outputs), activation(output), attributes(activation), false)
                : new inner_product_forward.primitive_desc(engine, prop_kind.forward_training, activation(input),
                        weights, activation(output), attributes(activation), false);
    }

    /** Describes the gradient of a linear layer's input. */
    public inner_product_backward_data.primitive_desc linearBackwardData(Tensor inputGradient, Tensor outputGradient) {
        memory.desc weights = Descriptors.anyLinearWeights(inputGradient, outputGradient.shape().dim(1),
                inputGradient.dtype());
        return new inner_product_backward_data.primitive_desc(engine, activation(inputGradient), weights,
                activation(outputGradient), linearForward(inputGradient, outputGradient, false, Activation.IDENTITY),
                attributes(Activation.IDENTITY), false);
    }

    /** Describes the gradient of a linear layer's weights, and of its bias if asked for. */
    public inner_product_backward_weights.primitive_desc linearBackwardWeights(Tensor input, Tensor outputGradient,
            boolean bias) {
        int outputs = outputGradient.shape().dim(1);
        memory.desc weights = Descriptors.anyLinearWeights(input, outputs, DType.F32);
        inner_product_forward.primitive_desc hint = linearForward(input, outputGradient, bias, Activation.IDENTITY);
        return bias
                ? new inner_product_backward_weights.primitive_desc(engine, activation(input), weights,
                        biasOf(outputs), activation(outputGradient), hint, attributes(Activation.IDENTITY), false)
                : new inner_product_backward_weights.primitive_desc(engine, activation(input), weights,
                        activation(outputGradient), hint, attributes(Activation.IDENTITY), false);
    }

    /** Describes max pooling, which also leaves the positions of the maxima. */
    public pooling_forward.primitive_desc maxPoolForward(PoolSpec spec, Tensor input, Tensor output) {
        return new pooling_forward.primitive_desc(engine, prop_kind.forward_training, algorithm.pooling_max,
                activation(input), activation(output), strides(spec, input), both(spec.window()), both(0),
                both(spec.padding()), both(spec.padding()), attributes(Activation.IDENTITY), false);
    }

    /** Describes the gradient of max pooling, which reads the positions of the maxima. */
    public pooling_backward.primitive_desc maxPoolBackward(PoolSpec spec, Tensor inputGradient, Tensor outputGradient) {
        return new pooling_backward.primitive_desc(engine, algorithm.pooling_max, activation(inputGradient),
                activation(outputGradient), strides(spec, inputGradient), both(spec.window()), both(0),
                both(spec.padding()),
                both(spec.padding()), maxPoolForward(spec, inputGradient, outputGradient),
                attributes(Activation.IDENTITY), false);
    }

    private static memory.desc biasOf(int channels) {
        return new memory.desc(new long[]{channels}, memory.data_type.f32, memory.format_tag.a);
    }
}
