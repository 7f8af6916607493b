package dev.lethe.bench.peers;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A network as a graph. */
interface TensorFlowNetwork {
    /** Adds the network to the graph: from images, (N, H, W, C), to logits, (N, classes). */
    Operand<TFloat32> logits(TensorFlowGraph graph, Operand<TFloat32> images);
}
