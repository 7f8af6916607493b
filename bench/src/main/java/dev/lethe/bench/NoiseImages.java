package dev.lethe.bench;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.op.Normalization;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;

/** Images of noise to learn from, brighter in a part that tells the label. */
final class NoiseImages {
    /** The number of classes: labels are 0 to CLASSES - 1. */
    static final int CLASSES = 10;

    private NoiseImages() {}

    /**
     * Makes images of the size for a network of the zoo.
     *
     * @param network name that {@code --model} takes
     */
    static DataSet of(String network, int examples) {
        boolean gray = network.equals("mnist-cnn") || network.equals("mlp");
        return gray ? images(28, 1, examples) : images(32, 3, examples);
    }

    private static DataSet images(int side, int channels, int examples) {
        Random random = new Random(side);
        byte[] pixels = new byte[examples * side * side * channels];
        int[] labels = random.ints(examples, 0, CLASSES).toArray();
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (side * side * channels);
            int row = i / channels / side % side;
            pixels[i] = (byte) (random.nextInt(150) + (row * CLASSES / side == labels[image] ? 100 : 0));
        }
        ImageSet set = ImageSet.of(pixels, labels, side, side, channels);
        return new DataSet("noise", set, set, IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList(),
                new Normalization(Collections.nCopies(channels, 0.4f), Collections.nCopies(channels, 0.2f)));
    }
}
