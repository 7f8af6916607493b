package dev.lethe.data;

import dev.lethe.kernels.random.Philox;

/**
 * Fixed permutation of the pixels of a data set, the same for all images and all seeds, so that runs with different
 * seeds see the same data.
 */
final class PixelPermutation {
    private static final long FIXED_SEED = 0;

    private PixelPermutation() {}

    static DataSet permuted(DataSet data) {
        int[] order = new int[data.train().height() * data.train().width()];
        Philox.permutation(order, FIXED_SEED, Philox.Stream.PIXELS, 0);
        return new DataSet("permuted-" + data.name(), permuted(data.train(), order), permuted(data.test(), order),
                data.classNames(), data.normalization());
    }

    private static ImageSet permuted(ImageSet images, int[] order) {
        int channels = images.channels();
        byte[] pixels = new byte[Math.toIntExact(images.pixels().byteSize())];
        int[] labels = new int[images.examples()];
        for (int example = 0; example < images.examples(); example++) {
            byte[] image = images.image(example);
            labels[example] = images.label(example);
            for (int p = 0; p < order.length; p++) {
                System.arraycopy(image, order[p] * channels, pixels, example * image.length + p * channels, channels);
            }
        }
        return ImageSet.of(pixels, labels, images.height(), images.width(), channels).withOrigins(images.origins());
    }
}
