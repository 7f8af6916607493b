package dev.lethe.model;

import static dev.lethe.model.Layer.convolution;
import static dev.lethe.model.Layer.gelu;
import static dev.lethe.model.Layer.linear;
import static dev.lethe.model.Layer.maxPool;

import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.ParameterGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * Network of airbench94 (Keller Jordan, arXiv:2404.00498), built to reach 94% on CIFAR-10 in the least time. Parameters
 * have the names of the original airbench94.py, which stops training the bias of the whitening layer after three
 * epochs, for speed; here it is trained to the end.
 */
final class Airbench {
    private static final int WHITENING_FILTERS = 24; // two for each value of a 2 x 2 patch in three colours
    private static final List<Integer> WIDTHS = List.of(64, 256, 256);
    private static final float LOGIT_SCALE = 1 / 9f;
    /**
     * Group of the normalisations' parameters: they learn fast, and a step decays no larger share of a shift than of a
     * weight.
     */
    private static final ParameterGroup NORM_GROUP = new ParameterGroup(64, 1 / 64f);
    private static final BatchNormSpec NORM = new BatchNormSpec(1e-12, 0.4, BatchNormSpec.Statistics.BATCH);

    private Airbench() {}

    static Network airbench94(int classes) {
        List<Layer> layers = new ArrayList<>();
        layers.add(convolution("0", WHITENING_FILTERS, 2).initial(Initial.WHITENING).withFrozenWeights());
        layers.add(gelu());
        for (int group = 0; group < WIDTHS.size(); group++) {
            String name = Integer.toString(group + 2);
            layers.addAll(List.of(three(name + ".conv1", WIDTHS.get(group)), maxPool(2), norm(name + ".norm1"), gelu(),
                    three(name + ".conv2", WIDTHS.get(group)), norm(name + ".norm2"), gelu()));
        }
        layers.addAll(List.of(maxPool(3), linear("7", classes).withoutBias(), new Layer.Scale(LOGIT_SCALE)));
        return new Network("airbench94", layers);
    }

    private static Layer three(String name, int outputs) {
        return convolution(name, outputs, 3).padding(1).withoutBias().initial(Initial.DIRAC);
    }

    private static Layer norm(String name) {
        return new Layer.BatchNorm(name, NORM, false, NORM_GROUP);
    }
}
