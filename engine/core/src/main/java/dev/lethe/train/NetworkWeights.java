package dev.lethe.train;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import dev.lethe.train.checkpoint.NamedArray;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Weights from a file, compared with those that a network has. */
public final class NetworkWeights {
    /** End of the names of PyTorch's counts of batches, which Lethe's normalisations do not keep. */
    private static final String BATCH_COUNT = "num_batches_tracked";

    private NetworkWeights() {}

    /**
     * Refuses weights of another network. Nothing is compiled.
     *
     * @param image (1, H, W, C) of the network's input
     * @param weights by name, as PyTorch's {@code state_dict} names them
     * @throws IllegalArgumentException when a tensor is missing, has another shape, or is unknown to the network
     */
    public static void requireFit(Network network, Shape image, Map<String, NamedArray> weights) {
        requireFit(new NetworkOps(network, image, DType.F32), weights);
    }

    static void requireFit(NetworkOps ops, Map<String, NamedArray> weights) {
        TensorArrays.requireAll(ops.persistent(), weights);
        Set<String> known = ops.persistent().stream().map(Tensor::name).collect(Collectors.toSet());
        weights.keySet().stream().filter(name -> !known.contains(name) && !name.endsWith(BATCH_COUNT)).findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "the network has no " + name + ": these are weights of another network");
                });
    }
}
