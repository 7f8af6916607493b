package dev.lethe.bench;

import java.util.ArrayList;
import java.util.List;

/** The tensors of the compared networks, in the order and with the names of PyTorch's {@code state_dict()}. */
final class NetworkParameters {
    private NetworkParameters() {}

    static List<ParameterSpec> mnistCnn() {
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.addAll(ParameterSpec.convolution("conv1", 1, 10, 5));
        parameters.addAll(ParameterSpec.convolution("conv2", 10, 20, 5));
        parameters.addAll(ParameterSpec.linear("fc1", 320, 50));
        parameters.addAll(ParameterSpec.linear("fc2", 50, 10));
        return List.copyOf(parameters);
    }

    /** Returns the tensors with torchvision's names. */
    static List<ParameterSpec> resnet18() {
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(ParameterSpec.plainConvolution("conv1", 3, 64, 3));
        parameters.addAll(ParameterSpec.batchNorm("bn1", 64));
        int in = 64;
        for (int stage = 1; stage <= 4; stage++) {
            int out = 32 << stage;
            for (int block = 0; block < 2; block++) {
                addBasicBlock(parameters, "layer" + stage + "." + block + ".", in, out);
                in = out;
            }
        }
        parameters.addAll(ParameterSpec.linear("fc", 512, 10));
        return List.copyOf(parameters);
    }

    private static void addBasicBlock(List<ParameterSpec> parameters, String prefix, int in, int out) {
        parameters.add(ParameterSpec.plainConvolution(prefix + "conv1", in, out, 3));
        parameters.addAll(ParameterSpec.batchNorm(prefix + "bn1", out));
        parameters.add(ParameterSpec.plainConvolution(prefix + "conv2", out, out, 3));
        parameters.addAll(ParameterSpec.batchNorm(prefix + "bn2", out));
        if (in != out) {
            parameters.add(ParameterSpec.plainConvolution(prefix + "downsample.0", in, out, 1));
            parameters.addAll(ParameterSpec.batchNorm(prefix + "downsample.1", out));
        }
    }

    /** Returns the tensors with the names of the authors' PyTorch code. */
    static List<ParameterSpec> wideResNet(int depth, int widening) {
        int blocks = (depth - 4) / 6; // of two convolutions, in each of three groups
        List<ParameterSpec> parameters = new ArrayList<>();
        parameters.add(ParameterSpec.plainConvolution("conv1", 3, 16, 3));
        int in = 16;
        for (int group = 1; group <= 3; group++) {
            int out = (8 << group) * widening;
            for (int block = 0; block < blocks; block++) {
                String prefix = "block" + group + ".layer." + block + ".";
                parameters.addAll(ParameterSpec.batchNorm(prefix + "bn1", in));
                if (in != out) {
                    parameters.add(ParameterSpec.plainConvolution(prefix + "convShortcut", in, out, 1));
                }
                parameters.add(ParameterSpec.plainConvolution(prefix + "conv1", in, out, 3));
                parameters.addAll(ParameterSpec.batchNorm(prefix + "bn2", out));
                parameters.add(ParameterSpec.plainConvolution(prefix + "conv2", out, out, 3));
                in = out;
            }
        }
        parameters.addAll(ParameterSpec.batchNorm("bn1", in));
        parameters.addAll(ParameterSpec.linear("fc", in, 10));
        return List.copyOf(parameters);
    }

    /**
     * Returns the tensors with the names of Keller Jordan's airbench94.py; the whitening weights and the weights of
     * norms are not trained.
     */
    static List<ParameterSpec> airbench94() {
        List<ParameterSpec> parameters = new ArrayList<>();
        List<ParameterSpec> whitening = ParameterSpec.convolution("0", 3, 24, 2);
        parameters.add(whitening.getFirst().frozen());
        parameters.add(whitening.getLast());
        int in = 24;
        int group = 2;
        for (int out : new int[]{64, 256, 256}) {
            for (int i = 1; i <= 2; i++) {
                parameters.add(ParameterSpec.plainConvolution(group + ".conv" + i, in, out, 3));
                List<ParameterSpec> norm = ParameterSpec.batchNorm(group + ".norm" + i, out);
                parameters.add(norm.getFirst().frozen());
                parameters.add(norm.getLast());
                in = out;
            }
            group++;
        }
        parameters.add(ParameterSpec.linear("7", 256, 10).getFirst());
        return List.copyOf(parameters);
    }
}
