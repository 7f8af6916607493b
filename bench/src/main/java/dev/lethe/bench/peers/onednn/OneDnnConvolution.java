package dev.lethe.bench.peers.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import dev.lethe.kernels.tensor.DType;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * The passes of one convolution in oneDNN, on channels-last activations and on weights in the layout that each pass
 * prefers, each with separate memory. Not thread-safe. Its memory belongs to the innermost {@link PointerScope} that is
 * open when it is made.
 */
final class OneDnnConvolution {
    /** A pass of a convolution in a training step. */
    enum Pass {
        /** The output, (N, H, W, C). */
        FORWARD,
        /** The gradient of the input, (N, H, W, C). */
        INPUT_GRADIENT,
        /** The gradient of the weights, (out, in, height, width). */
        WEIGHT_GRADIENT
    }

    private final engine engine;
    private final stream stream;
    private final IntToDoubleFunction values;
    private final Map<Pass, Call> calls = new EnumMap<>(Pass.class);

    private record Call(primitive primitive, IntMemoryMap arguments, memory result) {}

    /**
     * Prepares the passes that the layer needs.
     *
     * @param values function from an index to the value of every tensor that is read: (N, H, W, C) for activations,
     *        (out, in, height, width) for weights
     */
    OneDnnConvolution(ConvolutionLayer layer, int batch, DType dtype, engine engine, stream stream,
            IntToDoubleFunction values) {
        this.engine = engine;
        this.stream = stream;
        this.values = values;
        memory.data_type type = dtype == DType.BF16 ? memory.data_type.bf16 : memory.data_type.f32;
        memory.desc input = new memory.desc(new long[]{batch, layer.in(), layer.size(), layer.size()}, type,
                memory.format_tag.nhwc);
        memory.desc weights = new memory.desc(new long[]{layer.out(), layer.in(), layer.kernel(), layer.kernel()}, type,
                memory.format_tag.any);
        memory.desc output = new memory.desc(
                new long[]{batch, layer.out(), layer.outputSize(), layer.outputSize()}, type, memory.format_tag.nhwc);
        long[] strides = {layer.stride(), layer.stride()};
        long[] padding = {layer.padding(), layer.padding()};
        convolution_forward.primitive_desc forward = new convolution_forward.primitive_desc(engine,
                prop_kind.forward_training, algorithm.convolution_direct, input, weights, output, strides, padding,
                padding);
        add(Pass.FORWARD, new convolution_forward(forward),
                arguments(DNNL_ARG_SRC, activations(input), DNNL_ARG_WEIGHTS, weights(forward.weights_desc())),
                DNNL_ARG_DST, output);
        if (layer.inputGradient()) {
            convolution_backward_data.primitive_desc backward = new convolution_backward_data.primitive_desc(engine,
                    algorithm.convolution_direct, input, weights, output, strides, padding, padding, forward);
            add(Pass.INPUT_GRADIENT, new convolution_backward_data(backward), arguments(DNNL_ARG_DIFF_DST,
                    activations(output), DNNL_ARG_WEIGHTS, weights(backward.weights_desc())), DNNL_ARG_DIFF_SRC, input);
        }
        if (layer.weightGradient()) {
            convolution_backward_weights.primitive_desc backward = new convolution_backward_weights.primitive_desc(
                    engine, algorithm.convolution_direct, input, weights, output, strides, padding, padding, forward);
            add(Pass.WEIGHT_GRADIENT, new convolution_backward_weights(backward),
                    arguments(DNNL_ARG_SRC, activations(input), DNNL_ARG_DIFF_DST, activations(output)),
                    DNNL_ARG_DIFF_WEIGHTS, backward.diff_weights_desc());
        }
    }

    private void add(Pass pass, primitive primitive, IntMemoryMap arguments, int resultArgument, memory.desc result) {
        memory written = new memory(result, engine);
        arguments.put(resultArgument, written);
        calls.put(pass, new Call(primitive, arguments, written));
    }

    private static IntMemoryMap arguments(int first, memory firstMemory, int second, memory secondMemory) {
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(first, firstMemory);
        arguments.put(second, secondMemory);
        return arguments;
    }

    private memory activations(memory.desc layout) {
        return filled(layout, memory.format_tag.nhwc);
    }

    private memory weights(memory.desc layout) {
        return filled(layout, memory.format_tag.oihw);
    }

    private memory filled(memory.desc layout, memory.format_tag order) {
        memory target = new memory(layout, engine);
        try (PointerScope _ = new PointerScope()) {
            memory plain = plain(layout, order);
            FloatPointer floats = floats(plain);
            float[] numbers = new float[Math.toIntExact(floats.capacity())];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) values.applyAsDouble(i);
            }
            floats.put(numbers, 0, numbers.length);
            new reorder(plain, target).execute(stream, plain, target);
            stream._wait();
        }
        return target;
    }

    private memory plain(memory.desc like, memory.format_tag order) {
        return new memory(new memory.desc(like.get_dims(), memory.data_type.f32, order), engine);
    }

    private static FloatPointer floats(memory plain) {
        Pointer data = plain.get_data_handle();
        return new FloatPointer(data).capacity(plain.get_desc().get_size() / Float.BYTES);
    }

    /** Runs every pass once. */
    void run() {
        for (Call call : calls.values()) {
            call.primitive().execute(stream, call.arguments());
        }
        stream._wait();
    }

    /**
     * Returns the result of a pass of the last {@link #run}, in the layout of {@link Pass}; empty if the layer has no
     * such pass.
     */
    float[] result(Pass pass) {
        Call call = calls.get(pass);
        if (call == null) {
            return new float[0];
        }
        try (PointerScope _ = new PointerScope()) {
            memory plain = plain(call.result().get_desc(),
                    pass == Pass.WEIGHT_GRADIENT ? memory.format_tag.oihw : memory.format_tag.nhwc);
            new reorder(call.result(), plain).execute(stream, call.result(), plain);
            stream._wait();
            FloatPointer floats = floats(plain);
            float[] numbers = new float[Math.toIntExact(floats.capacity())];
            floats.get(numbers, 0, numbers.length);
            return numbers;
        }
    }
}
