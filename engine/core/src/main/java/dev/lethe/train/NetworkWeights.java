package dev.lethe.train;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import dev.lethe.train.checkpoint.NamedArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Weights from a file, compared with those that a network has. */
public final class NetworkWeights {
    /** End of the names of PyTorch's counts of batches, which Lethe's normalisations do not keep. */
    private static final String BATCH_COUNT = "num_batches_tracked";

    private NetworkWeights() {}

    /**
     * Weights by the names of a network.
     *
     * @param prefix beginning of all names in the file, which is left out; empty where they are the network's
     * @param arrays weights by name
     */
    public record Named(String prefix, Map<String, NamedArray> arrays) {}

    /**
     * Finds the weights of a network, and refuses those of another. Nothing is compiled. A prefix that all names share
     * is left out, such as {@code module.} of PyTorch's {@code DataParallel} or {@code module._orig_mod.} of a compiled
     * network in one.
     *
     * @param image (1, H, W, C) of the network's input
     * @param weights by name, as PyTorch's {@code state_dict} names them
     * @throws IllegalArgumentException when a tensor is missing, has another shape, or is unknown to the network
     */
    public static Named fitting(Network network, Shape image, Map<String, NamedArray> weights) {
        return fitting(new NetworkOps(network, image, DType.F32), weights);
    }

    static Named fitting(NetworkOps ops, Map<String, NamedArray> weights) {
        String prefix = prefix(ops, weights.keySet());
        if (prefix.isEmpty()) {
            requireFit(ops, weights);
            return new Named("", weights);
        }
        Map<String, NamedArray> named = new LinkedHashMap<>();
        weights.forEach((name, array) -> named.put(name.substring(prefix.length()), array));
        requireFit(ops, named);
        return new Named(prefix, named);
    }

    /** Returns the whole parts of names, each with its dot, that all names begin with and the network does not have. */
    private static String prefix(NetworkOps ops, Set<String> names) {
        String first = names.isEmpty() ? "" : names.iterator().next();
        int end = 0;
        while (ops.persistent().stream().map(Tensor::name).noneMatch(first.substring(end)::equals)) {
            int dot = first.indexOf('.', end);
            String longer = first.substring(0, dot + 1);
            if (dot < 0 || !names.stream().allMatch(name -> name.startsWith(longer))) {
                break;
            }
            end = dot + 1;
        }
        String prefix = first.substring(0, end);
        return ops.persistent().stream().allMatch(tensor -> names.contains(prefix + tensor.name())) ? prefix : "";
    }

    private static void requireFit(NetworkOps ops, Map<String, NamedArray> weights) {
        TensorArrays.requireAll(ops.persistent(), weights);
        Set<String> known = ops.persistent().stream().map(Tensor::name).collect(Collectors.toSet());
        weights.keySet().stream().filter(name -> !known.contains(name) && !name.endsWith(BATCH_COUNT)).findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "the network has no " + name + ": these are weights of another network");
                });
    }
}
