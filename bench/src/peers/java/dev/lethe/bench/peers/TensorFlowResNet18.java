package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The network {@link BenchmarkModel#RESNET18} in TensorFlow. */
final class TensorFlowResNet18 implements TensorFlowNetwork {
    @Override
    public Operand<TFloat32> logits(TensorFlowGraph graph, Operand<TFloat32> images) {
        Ops ops = graph.ops();
        Operand<TFloat32> features = ops.nn
                .relu(graph.batchNorm(graph.convolution(images, "conv1", 3, 64, 3, 1), "bn1", 64)); // (N, 32, 32, 64)
        int in = 64;
        for (int stage = 1; stage <= 4; stage++) {
            int out = 32 << stage;
            for (int block = 0; block < 2; block++) {
                features = basicBlock(graph, features, "layer" + stage + "." + block + ".", in, out);
                in = out;
            }
        }
        Operand<TFloat32> pooled = ops.math.mean(features, ops.constant(new int[]{1, 2})); // (N, 512)
        return graph.linear(pooled, "fc", 1, 512, 10);
    }

    private static Operand<TFloat32> basicBlock(TensorFlowGraph graph, Operand<TFloat32> input, String prefix, int in,
            int out) {
        Ops ops = graph.ops();
        int stride = in == out ? 1 : 2;
        Operand<TFloat32> shortcut = in == out
                ? input
                : graph.batchNorm(graph.convolution(input, prefix + "downsample.0", in, out, 1, stride),
                        prefix + "downsample.1", out);
        Operand<TFloat32> features = ops.nn.relu(graph
                .batchNorm(graph.convolution(input, prefix + "conv1", in, out, 3, stride), prefix + "bn1", out));
        features = graph.batchNorm(graph.convolution(features, prefix + "conv2", out, out, 3, 1), prefix + "bn2", out);
        return ops.nn.relu(ops.math.add(features, shortcut));
    }
}
