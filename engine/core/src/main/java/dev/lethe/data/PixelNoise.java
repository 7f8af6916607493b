package dev.lethe.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.random.Philox;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gaussian noise in all pixels of all training images, the same in every epoch. It is added to normalised pixels.
 * Images are bytes, so the range of the noisy pixels, without noise beyond four standard deviations, is divided into
 * 256 steps, and training and test images are written in these: for a deviation of 1, a step is about 0.05 standard
 * deviations of the clean pixels; for a deviation of 10, about 0.3.
 *
 * @param deviation standard deviation, above 0 and at most a million, in units of normalised pixels
 * @param seed seed of the noise
 */
public record PixelNoise(double deviation, long seed) {
    private static final String DEVIATION = "pixel_noise";
    /** Name of the seed where there is no label noise, or label noise of the same seed. */
    private static final String SHARED_SEED = "noise_seed";
    private static final String OWN_SEED = "pixel_noise_seed";
    private static final double LARGEST = 4;
    private static final int STEPS = 255;
    /** Largest deviation: an image has vanished in the steps long before it. */
    private static final double MOST = 1e6;

    /** Refuses impossible values by a sentence that names them. */
    public PixelNoise {
        if (!(deviation > 0 && deviation <= MOST)) {
            throw new IllegalArgumentException("pixel noise deviation=" + deviation
                    + ": it must be a number above 0 and at most " + MOST + ", as in 0.5");
        }
    }

    /** Returns the data set with noise, and so with another fingerprint. */
    public DataSet applyTo(DataSet data) {
        Normalization clean = data.normalization();
        int channels = clean.channels();
        float[] low = new float[channels];
        float[] step = new float[channels];
        List<Float> means = new ArrayList<>();
        List<Float> deviations = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            low[c] = (float) (clean.shift(c) - LARGEST * deviation);
            float high = (float) (clean.shift(c) + STEPS * clean.scale(c) + LARGEST * deviation);
            step[c] = (high - low[c]) / STEPS;
            means.add(-low[c] / (high - low[c])); // a byte b then reads as low + b * step
            deviations.add(1 / (high - low[c]));
        }
        Quantiser quantiser = new Quantiser(clean, low, step);
        return new DataSet(data.name(), quantiser.write(data.train(), deviation), quantiser.write(data.test(), 0),
                data.classNames(), new Normalization(means, deviations));
    }

    /** Returns the noise by name, for {@code config.json}. */
    public Map<String, Object> asMap() {
        return asMap(SHARED_SEED);
    }

    /** Returns the noise by name, for a {@code config.json} that has the seed of label noise too, which is another. */
    public Map<String, Object> besideLabelNoise() {
        return asMap(OWN_SEED);
    }

    private Map<String, Object> asMap(String seedName) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(DEVIATION, deviation);
        map.put(seedName, seed);
        return map;
    }

    /** Reads the noise of a {@code config.json}; empty where there is none. */
    public static Optional<PixelNoise> of(Map<?, ?> config) {
        if (!(config.get(DEVIATION) instanceof Number deviation)) {
            return Optional.empty();
        }
        Object seed = config.containsKey(OWN_SEED) ? config.get(OWN_SEED) : config.get(SHARED_SEED);
        if (!(seed instanceof Number number)) {
            throw new IllegalArgumentException(
                    "pixel noise has seed=" + seed + " where a number is needed: config.json was altered");
        }
        return Optional.of(new PixelNoise(deviation.doubleValue(), number.longValue()));
    }

    /** Writes normalised pixels in steps from a lowest one. */
    private final class Quantiser {
        private final Normalization clean;
        private final float[] low;
        private final float[] step;

        Quantiser(Normalization clean, float[] low, float[] step) {
            this.clean = clean;
            this.low = low;
            this.step = step;
        }

        ImageSet write(ImageSet images, double noise) {
            MemorySegment written = ImageSet.allocate(images.pixels().byteSize());
            int channels = images.channels();
            int[] labels = new int[images.examples()];
            for (int id = 0; id < labels.length; id++) {
                labels[id] = images.label(id);
                long start = (long) id * images.imageBytes();
                for (int i = 0; i < images.imageBytes(); i++) {
                    int c = i % channels;
                    int pixel = Byte.toUnsignedInt(images.pixels().get(JAVA_BYTE, start + i));
                    double value = pixel * clean.scale(c) + clean.shift(c)
                            + (noise == 0 ? 0 : noise * Math.clamp(gaussian(id, i), -LARGEST, LARGEST));
                    long rounded = Math.clamp(Math.round((value - low[c]) / step[c]), 0, STEPS);
                    written.set(JAVA_BYTE, start + i, (byte) rounded);
                }
            }
            return ImageSet.of(written, labels, images.height(), images.width(), channels)
                    .withOrigins(images.origins());
        }

        /** Draws a normally distributed number by the method of Box and Muller, from 64 random bits. */
        private double gaussian(int id, int i) {
            long bits = Philox.bits(seed, Philox.Stream.PIXEL_NOISE, id, i);
            double first = ((bits >>> 32) + 1) * 0x1p-32; // in (0, 1]
            double second = (bits & 0xFFFFFFFFL) * 0x1p-32;
            return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
        }
    }
}
