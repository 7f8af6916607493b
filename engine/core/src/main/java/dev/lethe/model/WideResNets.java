package dev.lethe.model;

import static dev.lethe.model.Layer.batchNorm;
import static dev.lethe.model.Layer.convolution;
import static dev.lethe.model.Layer.globalAveragePool;
import static dev.lethe.model.Layer.linear;
import static dev.lethe.model.Layer.relu;

import java.util.ArrayList;
import java.util.List;

/**
 * Wide residual networks (Zagoruyko and Komodakis, BMVC 2016): normalisation and ReLU come before each convolution.
 * Parameters have the names of PyTorch implementations of the paper.
 */
final class WideResNets {
    private static final int STAGES = 3;
    private static final int STEM = 16;

    private WideResNets() {}

    /**
     * Creates WRN-depth-width.
     *
     * @param name name of the network
     * @param depth number of convolutions: 6 n + 4
     * @param width factor of the channels 16, 32 and 64 of the three stages
     * @param dropout probability of the dropout between a block's convolutions, 0 for none
     * @param classes number of classes, and of logits
     */
    static Network network(String name, int depth, int width, float dropout, int classes) {
        int blocks = (depth - 4) / (2 * STAGES);
        List<Layer> layers = new ArrayList<>();
        layers.add(convolution("conv1", STEM, 3).padding(1).withoutBias().initial(Initial.NORMAL_FAN_OUT));
        int channels = STEM;
        for (int stage = 0; stage < STAGES; stage++) {
            int outputs = (STEM << stage) * width;
            for (int block = 0; block < blocks; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                layers.addAll(block("block" + (stage + 1) + ".layer." + block, channels, outputs, stride, dropout));
                channels = outputs;
            }
        }
        layers.addAll(List.of(batchNorm("bn1"), relu(), globalAveragePool(), linear("fc", classes)));
        return new Network(name, layers);
    }

    private static List<Layer> block(String name, int inputs, int outputs, int stride, float dropout) {
        List<Layer> activated = List.of(batchNorm(name + ".bn1"), relu());
        List<Layer> work = new ArrayList<>(
                List.of(three(name + ".conv1", outputs).stride(stride), batchNorm(name + ".bn2"), relu()));
        if (dropout > 0) {
            work.add(new Layer.Dropout(dropout));
        }
        work.add(three(name + ".conv2", outputs));
        if (inputs == outputs && stride == 1) {
            List<Layer> main = new ArrayList<>(activated);
            main.addAll(work);
            return List.of(new Layer.Residual(main, List.of()));
        }
        List<Layer> layers = new ArrayList<>(activated); // which here the shortcut reads too
        layers.add(new Layer.Residual(work, List.of(convolution(name + ".convShortcut", outputs, 1).stride(stride)
                .withoutBias().initial(Initial.NORMAL_FAN_OUT))));
        return layers;
    }

    private static Layer.Convolution three(String name, int outputs) {
        return convolution(name, outputs, 3).padding(1).withoutBias().initial(Initial.NORMAL_FAN_OUT);
    }
}
