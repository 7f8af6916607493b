package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The network {@link BenchmarkModel#MNIST_CNN} in TensorFlow. */
final class TensorFlowMnistCnn implements TensorFlowNetwork {
    @Override
    public Operand<TFloat32> logits(TensorFlowGraph graph, Operand<TFloat32> images) {
        Ops ops = graph.ops();
        Operand<TFloat32> features = pooled(ops, graph.convolution(images, "conv1", 1, 10, 5)); // (N, 12, 12, 10)
        features = pooled(ops, graph.convolution(features, "conv2", 10, 20, 5)); // (N, 4, 4, 20)
        features = ops.reshape(features, ops.constant(new int[]{-1, 320}));
        Operand<TFloat32> hidden = ops.nn.relu(graph.linear(features, "fc1", 16, 20, 50)); // (N, 50)
        return graph.linear(hidden, "fc2", 1, 50, 10); // (N, 10)
    }

    private static Operand<TFloat32> pooled(Ops ops, Operand<TFloat32> input) {
        Operand<TInt32> window = ops.constant(new int[]{1, 2, 2, 1});
        return ops.nn.relu(ops.nn.maxPool(input, window, window, "VALID"));
    }
}
