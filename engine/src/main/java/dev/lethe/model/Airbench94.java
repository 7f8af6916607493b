package dev.lethe.model;

import static dev.lethe.model.Layer.batchNorm;
import static dev.lethe.model.Layer.convolution;
import static dev.lethe.model.Layer.gelu;
import static dev.lethe.model.Layer.linear;
import static dev.lethe.model.Layer.maxPool;
import static dev.lethe.model.Layer.scale;
import static dev.lethe.model.Layer.whitening;

import dev.lethe.kernels.BatchNormSpec;
import dev.lethe.kernels.BatchNormSpec.Statistics;
import dev.lethe.kernels.ParameterGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU" (2024). Parameters have the names that they
 * have in the author's {@code airbench94.py}, where layers are numbered.
 */
final class Airbench94 {
    private static final BatchNormSpec NORM = new BatchNormSpec(1e-12, 0.4, Statistics.BATCH);
    /** Biases of norms learn 64 times as fast; the decay of a weight in a step is that of all others. */
    private static final ParameterGroup NORM_BIASES = new ParameterGroup(64, 1 / 64f);

    private Airbench94() {}

    static Network network(int classes) {
        List<Layer> layers = new ArrayList<>(List.of(whitening("0", 2), gelu()));
        layers.addAll(group("2", 64));
        layers.addAll(group("3", 256));
        layers.addAll(group("4", 256));
        layers.addAll(List.of(maxPool(3), linear("7", classes).withoutBias(), scale(1 / 9f)));
        return new Network("airbench94", layers);
    }

    private static List<Layer> group(String name, int channels) {
        return List.of(three(name + ".conv1", channels), maxPool(2), norm(name + ".norm1"), gelu(),
                three(name + ".conv2", channels), norm(name + ".norm2"), gelu());
    }

    private static Layer three(String name, int channels) {
        return convolution(name, channels, 3).padding(1).withoutBias().initial(Initial.DIRAC);
    }

    private static Layer norm(String name) {
        return batchNorm(name).spec(NORM).withoutScale().in(NORM_BIASES);
    }
}
