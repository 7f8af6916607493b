package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.model.Initial;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Small network drawn at random, with images of any proportions that it can read: strides larger than images, taps of
 * kernels that meet nothing but padding, images of a single pixel, residuals, norms, pools.
 *
 * @param seed seed that it was drawn with
 * @param network network with its layers
 * @param data images of noise, whose brightness depends on the label
 * @param batch number of examples of a step; the last step of an epoch has fewer
 */
record RandomNetwork(long seed, Network network, DataSet data, int batch) {
    private static final int[] CHANNELS = {1, 2, 3, 5, 8, 12, 16, 17, 24, 32};
    private static final int STEPS = 2; // of a whole batch, with one of the least batch after them
    /** Smallest batch: norms of fewer values amplify rounding errors. */
    private static final int LEAST_BATCH = 8;

    /** Draws the network of a seed. */
    static RandomNetwork of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int height = side(random);
        int width = random.nextBoolean() ? height : side(random);
        int channels = random.nextBoolean() ? 1 : 3;
        int classes = 2 + random.nextInt(9);
        int batch = LEAST_BATCH + 1 + random.nextInt(9);
        Network network = random.nextInt(25) == 0
                ? ModelZoo.create("resnet20", classes)
                : new Layers(random, height, width).network(classes);
        return new RandomNetwork(seed, network,
                images(random, STEPS * batch + LEAST_BATCH, height, width, channels, classes),
                batch);
    }

    private static int side(SplittableRandom random) {
        return random.nextInt(3) == 0 ? 1 + random.nextInt(16) : 1 + random.nextInt(5);
    }

    private static DataSet images(SplittableRandom random, int examples, int height, int width, int channels,
            int classes) {
        byte[] pixels = new byte[examples * height * width * channels];
        int[] labels = random.ints(examples, 0, classes).toArray();
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (height * width * channels);
            pixels[i] = (byte) (random.nextInt(150) + 10 * labels[image]);
        }
        ImageSet set = ImageSet.of(pixels, labels, height, width, channels);
        return new DataSet("noise", set, set, IntStream.range(0, classes).mapToObj(String::valueOf).toList(),
                new Normalization(Collections.nCopies(channels, 0.4f), Collections.nCopies(channels, 0.2f)));
    }

    @Override
    public String toString() {
        return "seed=" + seed + ", batch=" + batch + ", images=" + data.train().shape() + ", classes=" + data.classes()
                + ", " + network;
    }

    /** Builder that draws layers and keeps track of the size of the images between them. */
    private static final class Layers {
        private final SplittableRandom random;
        private final List<Layer> layers = new ArrayList<>();
        private int height;
        private int width;
        private int convolutions;

        Layers(SplittableRandom random, int height, int width) {
            this.random = random;
            this.height = height;
            this.width = width;
        }

        Network network(int classes) {
            for (int blocks = 1 + random.nextInt(3); blocks > 0; blocks--) {
                block();
            }
            if (random.nextBoolean()) {
                layers.add(Layer.globalAveragePool());
            }
            layers.add(Layer.linear("classifier", classes));
            return new Network("random", layers);
        }

        private void block() {
            int channels = CHANNELS[random.nextInt(CHANNELS.length)];
            convolution(channels);
            if (random.nextInt(3) == 0) {
                residual(channels);
            }
            switch (random.nextInt(5)) {
                case 0 -> pool(true);
                case 1 -> pool(false);
                case 2 -> layers.add(new Layer.Dropout(0.2f));
                default -> {
                    // nothing between blocks
                }
            }
        }

        private void convolution(int channels) {
            int least = Math.min(height, width);
            int kernel = 1 + random.nextInt(5);
            // less than the kernel spans: a norm of outputs that read padding alone would amplify rounding errors
            int padding = Math.min(kernel - 1, Math.max(random.nextInt(kernel), Math.ceilDiv(kernel - least, 2)));
            boolean dilated = random.nextInt(8) == 0 && padding % 2 == 0 && least + 2 * padding > 2 * (kernel - 1);
            int dilation = dilated ? 2 : 1;
            int stride = 1 + random.nextInt(4);
            Layer.Convolution convolution = new Layer.Convolution("conv" + ++convolutions, channels, kernel, stride,
                    padding, dilation, 1, random.nextBoolean(), Initial.UNIFORM_FAN_IN, true);
            layers.add(convolution);
            height = convolution.spec(1).outputSide(height);
            width = convolution.spec(1).outputSide(width);
            norm();
            layers.add(random.nextInt(4) == 0 ? Layer.gelu() : Layer.relu());
        }

        private void norm() {
            if (random.nextInt(3) > 0) {
                layers.add(batchNorm());
            }
        }

        private Layer.BatchNorm batchNorm() {
            return new Layer.BatchNorm("norm" + ++convolutions, BatchNormSpec.standard(), true,
                    ParameterGroup.DEFAULT);
        }

        private void residual(int channels) {
            Layer.Convolution same = new Layer.Convolution("conv" + ++convolutions, channels, 3, 1, 1, 1,
                    random.nextInt(4) == 0 ? channels : 1, false, Initial.UNIFORM_FAN_IN, true);
            layers.add(new Layer.Residual(List.of(same, batchNorm()), List.of()));
            layers.add(Layer.relu());
        }

        private void pool(boolean max) {
            int window = Math.min(2, Math.min(height, width));
            PoolSpec spec = new PoolSpec(window, 1 + random.nextInt(3), random.nextInt(window / 2 + 1));
            layers.add(max ? new Layer.MaxPool(spec) : new Layer.AveragePool(spec));
            height = spec.outputSide(height);
            width = spec.outputSide(width);
        }
    }
}
