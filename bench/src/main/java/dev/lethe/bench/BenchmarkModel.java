package dev.lethe.bench;

import dev.lethe.kernels.Normalization;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The networks that the engines are compared on, each with the optimizer it is trained by: plain SGD with momentum,
 * {@code v = momentum v + gradient; weight -= learningRate v}. The loss is the mean softmax cross-entropy.
 */
public enum BenchmarkModel {
    /**
     * The MNIST network of Toneva et al.: conv 5x5 1->10, max pool 2, ReLU, conv 5x5 10->20, max pool 2, ReLU, linear
     * 320->50, ReLU, linear 50->10. The first linear layer reads its input in (channel, height, width) order.
     */
    MNIST_CNN("mnist-cnn", 28, 28, 1, 10, 0.01f, 0.5f,
            Stream.of(ParameterSpec.convolution("conv1", 1, 10, 5), ParameterSpec.convolution("conv2", 10, 20, 5),
                    ParameterSpec.linear("fc1", 320, 50), ParameterSpec.linear("fc2", 50, 10)).flatMap(List::stream)
                    .toList());

    private final String label;
    private final int height;
    private final int width;
    private final int channels;
    private final int classes;
    private final float learningRate;
    private final float momentum;
    private final List<ParameterSpec> parameters;

    BenchmarkModel(String label, int height, int width, int channels, int classes, float learningRate, float momentum,
            List<ParameterSpec> parameters) {
        this.label = label;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.classes = classes;
        this.learningRate = learningRate;
        this.momentum = momentum;
        this.parameters = parameters;
    }

    /**
     * The model of that name, as in {@code -p model=...}.
     *
     * @throws IllegalArgumentException if there is none, naming the choices
     */
    public static BenchmarkModel named(String label) {
        return Arrays.stream(values()).filter(model -> model.label.equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown model=" + label + "; the choices are: "
                        + Arrays.stream(values()).map(BenchmarkModel::label).collect(Collectors.joining(", "))));
    }

    /** As in {@code -p model=...}. */
    public String label() {
        return label;
    }

    /** Rows of an input image. */
    public int height() {
        return height;
    }

    /** Columns of an input image. */
    public int width() {
        return width;
    }

    /** Channels of an input image. */
    public int channels() {
        return channels;
    }

    /** Labels are 0 to classes - 1. */
    public int classes() {
        return classes;
    }

    /** Values of one input image. */
    public int imageSize() {
        return height * width * channels;
    }

    /** Maps the pixels 0 to 255 of every channel to -3 to 3, which holds nearly all of a standard normal variable. */
    public Normalization normalization() {
        return new Normalization(Collections.nCopies(channels, 0.5f), Collections.nCopies(channels, 1 / 6f));
    }

    /** Learning rate of the optimizer. */
    public float learningRate() {
        return learningRate;
    }

    /** Momentum of the optimizer, without dampening and without Nesterov's correction. */
    public float momentum() {
        return momentum;
    }

    /** The trainable tensors in the order of the forward pass, the weight of a layer before its bias. */
    public List<ParameterSpec> parameters() {
        return parameters;
    }
}
