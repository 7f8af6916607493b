package dev.lethe.bench;

import dev.lethe.kernels.op.Normalization;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * A fixed set of training batches, as bytes and as normalised floats of the same values. The images are noise around a
 * random pattern for each class, and one label in five is drawn at random: a network learns them but never fits them
 * completely, so that in a long benchmark gradients do not vanish, whose denormal numbers would slow some engines and
 * not others.
 *
 * <p>The arrays are shared, not copied; callers must not write to them.
 */
public final class PreparedBatches {
    private static final double RANDOM_LABELS = 0.2;

    /** The standard deviation of the patterns and of the noise, so that the pixels have variance 1. */
    private static final double DEVIATION = Math.sqrt(0.5);

    private final BenchmarkModel model;
    private final int batchSize;
    private final byte[][] pixels; // (count) of (N, H, W, C)
    private final float[][] images; // (count) of (N, H, W, C): the pixels, normalised
    private final int[][] labels; // (count) of (N)

    private PreparedBatches(BenchmarkModel model, Normalization normalization, int batchSize, byte[][] pixels,
            int[][] labels) {
        this.model = model;
        this.batchSize = batchSize;
        this.pixels = pixels;
        this.images = Arrays.stream(pixels).map(batch -> normalised(batch, normalization))
                .toArray(float[][]::new);
        this.labels = labels;
    }

    /**
     * Draws {@code count} batches of {@code batchSize} images; the same seed gives the same batches everywhere.
     *
     * @throws IllegalArgumentException if a size is below 1
     */
    public static PreparedBatches seeded(BenchmarkModel model, int count, int batchSize, long seed) {
        if (count < 1 || batchSize < 1) {
            throw new IllegalArgumentException("count=" + count + ", batch=" + batchSize + ": both must be at least 1");
        }
        SplittableRandom random = new SplittableRandom(seed);
        float[] patterns = new float[model.classes() * model.imageSize()]; // (classes, H, W, C)
        addNoise(patterns, random);
        byte[][] pixels = new byte[count][];
        int[][] labels = new int[count][batchSize];
        for (int batch = 0; batch < count; batch++) {
            float[] images = new float[batchSize * model.imageSize()];
            for (int n = 0; n < batchSize; n++) {
                int pattern = random.nextInt(model.classes());
                System.arraycopy(patterns, pattern * model.imageSize(), images, n * model.imageSize(),
                        model.imageSize());
                labels[batch][n] = random.nextDouble() < RANDOM_LABELS ? random.nextInt(model.classes()) : pattern;
            }
            addNoise(images, random);
            pixels[batch] = asPixels(images, model.normalization());
        }
        return new PreparedBatches(model, model.normalization(), batchSize, pixels, labels);
    }

    /**
     * Takes given batches; the arrays are not copied.
     *
     * @param pixels bytes of each batch, (N, H, W, C)
     * @param labels labels of each batch, (N)
     * @throws IllegalArgumentException if there is no batch, or the arrays do not hold equally many images of the model
     */
    public static PreparedBatches of(BenchmarkModel model, Normalization normalization, byte[][] pixels,
            int[][] labels) {
        if (labels.length == 0 || pixels.length != labels.length) {
            throw new IllegalArgumentException("batches of pixels=" + pixels.length + ", of labels=" + labels.length
                    + ": equally many are needed, and at least 1");
        }
        int batchSize = labels[0].length;
        for (int batch = 0; batch < labels.length; batch++) {
            if (labels[batch].length != batchSize || pixels[batch].length != batchSize * model.imageSize()) {
                throw new IllegalArgumentException("batch " + batch + " has " + labels[batch].length + " labels and "
                        + pixels[batch].length + " pixels: " + batchSize + " and " + batchSize * model.imageSize()
                        + " are needed");
            }
        }
        return new PreparedBatches(model, normalization, batchSize, pixels, labels);
    }

    private static void addNoise(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (DEVIATION * random.nextGaussian());
        }
    }

    private static byte[] asPixels(float[] values, Normalization normalization) {
        byte[] pixels = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            int channel = i % normalization.channels();
            float pixel = (values[i] - normalization.shift(channel)) / normalization.scale(channel);
            pixels[i] = (byte) Math.clamp(Math.round(pixel), 0, 255);
        }
        return pixels;
    }

    private static float[] normalised(byte[] pixels, Normalization normalization) {
        float[] values = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int channel = i % normalization.channels();
            values[i] = Math.fma((float) Byte.toUnsignedInt(pixels[i]), normalization.scale(channel),
                    normalization.shift(channel));
        }
        return values;
    }

    /** Returns the number of batches. */
    public int count() {
        return images.length;
    }

    /** Returns the number of images of each batch. */
    public int batchSize() {
        return batchSize;
    }

    /** Returns the network whose input they are. */
    public BenchmarkModel model() {
        return model;
    }

    /** Returns the pixels of a batch as bytes, (N, H, W, C), for engines that normalise them in the step. */
    public byte[] pixels(int batch) {
        return pixels[Objects.checkIndex(batch, pixels.length)];
    }

    /** Returns the normalised pixels of a batch, (N, H, W, C), for engines that are fed with floats. */
    public float[] images(int batch) {
        return images[Objects.checkIndex(batch, images.length)];
    }

    /** Returns the labels of a batch, (N). */
    public int[] labels(int batch) {
        return labels[Objects.checkIndex(batch, labels.length)];
    }
}
