package dev.lethe.model;

import static dev.lethe.model.Layer.batchNorm;
import static dev.lethe.model.Layer.convolution;
import static dev.lethe.model.Layer.globalAveragePool;
import static dev.lethe.model.Layer.linear;
import static dev.lethe.model.Layer.relu;

import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks (He et al., CVPR 2016) for small images: a 3 x 3 convolution without pooling comes first, as is
 * common on CIFAR. Parameters have torchvision's names.
 */
final class ResNets {
    private ResNets() {}

    /** Creates a network of four stages of basic blocks, the first with 64 channels. */
    static Network basic(String name, List<Integer> blocks, int classes) {
        return network(name, 64, blocks, classes);
    }

    /**
     * Creates the paper's network for CIFAR-10 with 0.27 million parameters; its shortcuts project instead of padding.
     */
    static Network resnet20(int classes) {
        return network("resnet20", 16, List.of(3, 3, 3), classes);
    }

    /** Creates a network whose stages each have half the side and twice the channels of the one before. */
    private static Network network(String name, int width, List<Integer> blocks, int classes) {
        List<Layer> layers = stem(width);
        int channels = width;
        for (int stage = 0; stage < blocks.size(); stage++) {
            int outputs = width << stage;
            for (int block = 0; block < blocks.get(stage); block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                layers.addAll(block("layer" + (stage + 1) + "." + block, channels, outputs, stride));
                channels = outputs;
            }
        }
        layers.add(globalAveragePool());
        layers.add(linear("fc", classes));
        return new Network(name, layers);
    }

    private static List<Layer> stem(int width) {
        List<Layer> layers = new ArrayList<>();
        layers.add(convolution("conv1", width, 3).padding(1).withoutBias());
        layers.add(batchNorm("bn1"));
        layers.add(relu());
        return layers;
    }

    private static List<Layer> block(String name, int inputs, int outputs, int stride) {
        List<Layer> main = List.of(
                convolution(name + ".conv1", outputs, 3).stride(stride).padding(1).withoutBias(),
                batchNorm(name + ".bn1"), relu(),
                convolution(name + ".conv2", outputs, 3).padding(1).withoutBias(), batchNorm(name + ".bn2"));
        List<Layer> shortcut = stride == 1 && inputs == outputs
                ? List.of()
                : List.of(convolution(name + ".downsample.0", outputs, 1).stride(stride).withoutBias(),
                        batchNorm(name + ".downsample.1"));
        return List.of(new Layer.Residual(main, shortcut), relu());
    }
}
