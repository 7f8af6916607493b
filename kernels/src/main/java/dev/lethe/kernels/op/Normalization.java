package dev.lethe.kernels.op;

import java.util.List;

/**
 * A normalisation of images: pixel p (0 to 255) of channel c becomes {@code (p / 255 - mean[c]) / std[c]}.
 *
 * @param mean mean of each channel, in units of the full range
 * @param std standard deviation of each channel, in units of the full range, above 0
 */
public record Normalization(List<Float> mean, List<Float> std) {
    /** Refuses impossible values by a sentence that names them. */
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.isEmpty() || mean.size() != std.size()) {
            throw new IllegalArgumentException(
                    "normalisation needs one mean and one std a channel, not mean=" + mean + ", std=" + std);
        }
        for (float value : std) {
            if (!(value > 0) || Float.isInfinite(value)) {
                throw new IllegalArgumentException(
                        "normalisation std=" + std + ": every value must be a number above 0");
            }
        }
        for (float value : mean) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("normalisation mean=" + mean + ": every value must be finite");
            }
        }
    }

    /** Returns a normalisation for images of one channel. */
    public static Normalization gray(float mean, float std) {
        return new Normalization(List.of(mean), List.of(std));
    }

    /** Returns the number of channels. */
    public int channels() {
        return mean.size();
    }

    /** Returns the factor that a pixel of the channel is multiplied by. */
    public float scale(int channel) {
        return 1 / (255 * std.get(channel));
    }

    /** Returns the summand that follows the multiplication by {@link #scale}. */
    public float shift(int channel) {
        return -mean.get(channel) / std.get(channel);
    }

    /** Returns the pixel nearest to the mean of the channel. */
    public byte meanPixel(int channel) {
        return (byte) Math.round(255 * mean.get(channel));
    }
}
