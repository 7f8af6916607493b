package dev.lethe.bench.peers;

import dev.lethe.bench.InitialWeights;
import dev.lethe.bench.OptimizerSetting;
import dev.lethe.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.op.train.ApplyMomentum;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TFloat32;

/**
 * A network under construction: layers that start at given weights, and the optimizer over all of them. Weights come in
 * PyTorch's layout, (out, in, height, width), and are stored in TensorFlow's, (height, width, in, out).
 */
final class TensorFlowGraph implements AutoCloseable {
    private static final List<Long> STRIDE_ONE = List.of(1L, 1L, 1L, 1L);

    private final Graph graph = new Graph();
    private final Ops ops = Ops.create(graph);
    private final InitialWeights weights;
    private final List<Variable<TFloat32>> parameters = new ArrayList<>();
    private final List<Op> assignments = new ArrayList<>();
    private final List<Op> statistics = new ArrayList<>(); // updates of the running statistics

    TensorFlowGraph(InitialWeights weights) {
        this.weights = weights;
    }

    Ops ops() {
        return ops;
    }

    /** Returns a square convolution without padding: (N, H, W, in) to (N, H - kernel + 1, W - kernel + 1, out). */
    Operand<TFloat32> convolution(Operand<TFloat32> input, String layer, int in, int out, int kernel) {
        Operand<TFloat32> weight = parameter(layer + ".weight", in, Shape.of(kernel, kernel, in, out));
        return ops.nn.biasAdd(ops.nn.conv2d(input, weight, STRIDE_ONE, "VALID"), bias(layer, out));
    }

    /**
     * Returns a square convolution without a bias, padded by {@code kernel / 2} as in PyTorch: (N, H, W, in) to (N, H /
     * stride, W / stride, out), with even H and W for a stride of 2.
     */
    Operand<TFloat32> convolution(Operand<TFloat32> input, String layer, int in, int out, int kernel, int stride) {
        Operand<TFloat32> weight = parameter(layer + ".weight", in, Shape.of(kernel, kernel, in, out));
        List<Long> strides = List.of(1L, (long) stride, (long) stride, 1L);
        if (stride == 1 || kernel == 1) {
            return ops.nn.conv2d(input, weight, strides, "SAME");
        }
        // SAME would pad the bottom and the right, where PyTorch pads the top and the left.
        Operand<TFloat32> padded = ops.pad(input, ops.constant(new int[][]{{0, 0}, {1, 0}, {1, 0}, {0, 0}}),
                ops.constant(0f));
        return ops.nn.conv2d(padded, weight, strides, "VALID");
    }

    /** Returns a batch norm in training mode, PyTorch's by default: momentum 0.1, epsilon 1e-5. */
    Operand<TFloat32> batchNorm(Operand<TFloat32> input, String layer, int channels) {
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        Variable<TFloat32> mean = variable(Shape.of(channels), new float[channels]);
        Variable<TFloat32> variance = variable(Shape.of(channels), ones);
        FusedBatchNorm<TFloat32, TFloat32> norm = ops.nn.fusedBatchNorm(input,
                parameter(layer + ".weight", 1, Shape.of(channels)), bias(layer, channels), mean, variance,
                FusedBatchNorm.epsilon(1e-5f), FusedBatchNorm.exponentialAvgFactor(0.1f),
                FusedBatchNorm.isTraining(true));
        statistics.add(ops.assign(mean, norm.batchMean()));
        statistics.add(ops.assign(variance, norm.batchVariance()));
        return norm.y();
    }

    /** Returns a linear layer that reads an image of {@code pixels} pixels: (N, pixels * channels) to (N, out). */
    Operand<TFloat32> linear(Operand<TFloat32> input, String layer, int pixels, int channels, int out) {
        Operand<TFloat32> weight = parameter(layer + ".weight", channels, Shape.of((long) pixels * channels, out));
        return ops.nn.biasAdd(ops.linalg.matMul(input, weight), bias(layer, out));
    }

    private Operand<TFloat32> bias(String layer, int out) {
        return parameter(layer + ".bias", 1, Shape.of(out));
    }

    private Variable<TFloat32> parameter(String name, int in, Shape shape) {
        int out = Math.toIntExact(shape.get(-1));
        Variable<TFloat32> parameter = variable(shape, pixelsFirst(weights.values(name), out, in));
        parameters.add(parameter);
        return parameter;
    }

    private Variable<TFloat32> variable(Shape shape, float[] values) {
        Variable<TFloat32> variable = ops.variable(shape, TFloat32.class);
        assignments.add(ops.assign(variable, ops.constant(shape, DataBuffers.of(values))));
        return variable;
    }

    /** Reorders weights from (out, in, pixel) to (pixel, in, out). */
    private static float[] pixelsFirst(float[] values, int out, int in) {
        int pixels = values.length / (out * in);
        float[] reordered = new float[values.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int p = 0; p < pixels; p++) {
                    reordered[(p * in + i) * out + o] = values[(o * in + i) * pixels + p];
                }
            }
        }
        return reordered;
    }

    /** Returns a step of SGD on all parameters made so far, with the update of running statistics. */
    Op update(Operand<TFloat32> loss, OptimizerSetting setting) {
        Output<?>[] inputs = parameters.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
        Output<?>[] gradients = graph.addGradients(loss.asOutput(), inputs);
        // An update in place must not overtake the backward pass, which still reads the weights.
        Ops afterBackward = ops.withControlDependencies(List.<Op>of(gradients));
        Operand<TFloat32> rate = ops.constant(setting.learningRate());
        Operand<TFloat32> momentum = ops.constant(setting.momentum());
        List<Op> updates = new ArrayList<>(statistics);
        for (int i = 0; i < gradients.length; i++) {
            Shape shape = parameters.get(i).shape();
            Variable<TFloat32> velocity = variable(shape, new float[Math.toIntExact(shape.size())]);
            updates.add(afterBackward.train.applyMomentum(parameters.get(i), velocity, rate,
                    decayed(gradients[i].expect(TFloat32.class), parameters.get(i), setting.weightDecay()), momentum,
                    ApplyMomentum.useNesterov(setting.nesterov())));
        }
        return ops.withControlDependencies(updates).noOp();
    }

    private Operand<TFloat32> decayed(Operand<TFloat32> gradient, Operand<TFloat32> parameter, float weightDecay) {
        return weightDecay == 0
                ? gradient
                : ops.math.add(gradient, ops.math.mul(parameter, ops.constant(weightDecay)));
    }

    /**
     * Opens a session on the finished network and sets the initial weights. For bf16, TensorFlow itself converts the
     * operations that gain by it and keep their meaning; the weights stay f32.
     */
    Session open(int threads, DType dtype) {
        RewriterConfig.Toggle mixed = dtype == DType.BF16 ? RewriterConfig.Toggle.ON : RewriterConfig.Toggle.OFF;
        // Threads within an operation; the operations of a chain of layers gain nothing from running beside each other.
        Session session = new Session(graph, ConfigProto.newBuilder().setUsePerSessionThreads(true)
                .setIntraOpParallelismThreads(threads).setInterOpParallelismThreads(1)
                .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(
                        RewriterConfig.newBuilder().setAutoMixedPrecisionOnednnBfloat16(mixed)))
                .build());
        Session.Runner initialization = session.runner();
        assignments.forEach(initialization::addTarget);
        initialization.run().close();
        return session;
    }

    @Override
    public void close() {
        graph.close();
    }
}
