package dev.lethe.bench;

import dev.lethe.kernels.op.Normalization;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The networks that the engines are compared on, each with its loss and the optimizer it is trained by. */
public enum BenchmarkModel {
    /**
     * The MNIST network of Toneva et al.: conv 5x5 1->10, max pool 2, ReLU, conv 5x5 10->20, max pool 2, ReLU, linear
     * 320->50, ReLU, linear 50->10. The first linear layer reads its input in (channel, height, width) order.
     */
    MNIST_CNN("mnist-cnn", 28, 28, 1, NetworkParameters.mnistCnn()) {
        @Override
        public OptimizerSetting optimizer(int batch) {
            return new OptimizerSetting(0.01f, 0.5f, false, 0, 1);
        }
    },
    /**
     * The ResNet-18 for CIFAR: a 3x3 stem of 64 channels without pooling, four stages of two basic blocks with 64, 128,
     * 256 and 512 channels, shortcuts of 1x1 convolution and batch norm where the shape changes, global average
     * pooling, linear 512->10. Batch norms with epsilon 1e-5 and momentum 0.1. The learning rate is a tenth of the
     * usual one, so that tests can train it on a few images.
     */
    RESNET18("resnet18", 32, 32, 3, NetworkParameters.resnet18()) {
        @Override
        public OptimizerSetting optimizer(int batch) {
            return new OptimizerSetting(0.01f, 0.9f, true, 5e-4f, 1);
        }
    },
    /**
     * The WideResNet-28-10 of Zagoruyko and Komodakis for CIFAR: a 3x3 stem of 16 channels, three groups of four
     * pre-activated blocks with 160, 320 and 640 channels and dropout 0.3 between their convolutions, batch norm, ReLU,
     * global average pooling, linear 640->10. For GPUs: a step on a batch of 128 is 4 TFLOP. The learning rate is that
     * of RESNET18.
     */
    WRN_28_10("wrn-28-10", 32, 32, 3, NetworkParameters.wideResNet(28, 10)) {
        @Override
        public OptimizerSetting optimizer(int batch) {
            return new OptimizerSetting(0.01f, 0.9f, true, 5e-4f, 1);
        }
    },
    /**
     * The network of Keller Jordan's airbench94: conv 2x2 3->24 with a bias, GELU; three groups of 64, 256 and 256
     * channels (conv 3x3, max pool 2, batch norm, GELU, conv 3x3, batch norm, GELU); max pool 3, linear 256->10, times
     * 1/9. Batch norms with epsilon 1e-12 and momentum 0.4 (PyTorch's convention). The optimizer is the script's, at
     * its peak rate and without Lookahead.
     */
    AIRBENCH94("airbench94", 32, 32, 3, NetworkParameters.airbench94()) {
        @Override
        public OptimizerSetting optimizer(int batch) {
            float momentum = 0.85f;
            float kilostepScale = 1024 * (1 + 1 / (1 - momentum));
            return new OptimizerSetting(11.5f / kilostepScale, momentum, true, 0.0153f * batch / 11.5f, 64);
        }

        @Override
        public float labelSmoothing() {
            return 0.2f;
        }

        @Override
        public boolean sumsLoss() {
            return true;
        }
    };

    private static final int CLASSES = 10;

    private final String label;
    private final int height;
    private final int width;
    private final int channels;
    private final List<ParameterSpec> parameters;

    BenchmarkModel(String label, int height, int width, int channels, List<ParameterSpec> parameters) {
        this.label = label;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.parameters = parameters;
    }

    /**
     * Returns the model of a name that {@code -p model=...} takes.
     *
     * @throws IllegalArgumentException if there is none, naming the choices
     */
    public static BenchmarkModel named(String label) {
        return Arrays.stream(values()).filter(model -> model.label.equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown model=" + label + "; the choices are: "
                        + Arrays.stream(values()).map(BenchmarkModel::label).collect(Collectors.joining(", "))));
    }

    /** Returns the name that {@code -p model=...} takes. */
    public String label() {
        return label;
    }

    /** Returns the rows of an input image. */
    public int height() {
        return height;
    }

    /** Returns the columns of an input image. */
    public int width() {
        return width;
    }

    /** Returns the channels of an input image. */
    public int channels() {
        return channels;
    }

    /** Returns the number of classes: labels are 0 to classes - 1. */
    public int classes() {
        return CLASSES;
    }

    /** Returns the number of values of an input image. */
    public int imageSize() {
        return height * width * channels;
    }

    /**
     * Returns the normalisation that maps the pixels 0 to 255 of every channel to -3 to 3, the range of nearly every
     * standard normal number.
     */
    public Normalization normalization() {
        return new Normalization(Collections.nCopies(channels, 0.5f), Collections.nCopies(channels, 1 / 6f));
    }

    /** Returns the optimizer for batches of a number of images. */
    public abstract OptimizerSetting optimizer(int batch);

    /** Returns the share of the target probability that is spread evenly over all classes, 0 to 1. */
    public float labelSmoothing() {
        return 0;
    }

    /** Tells whether the loss is the sum of the images' cross-entropies; otherwise it is their mean. */
    public boolean sumsLoss() {
        return false;
    }

    /** Returns the tensors in the order of PyTorch's {@code state_dict()}, without the running statistics. */
    public List<ParameterSpec> parameters() {
        return parameters;
    }
}
