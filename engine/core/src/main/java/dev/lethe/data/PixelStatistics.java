package dev.lethe.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lethe.kernels.op.Normalization;
import java.util.ArrayList;
import java.util.List;

/** Mean and standard deviation of the pixels of each channel. */
final class PixelStatistics {
    private static final double FULL_RANGE = 255;

    private PixelStatistics() {}

    /** Computes the statistics from integer sums, so that the result does not depend on any order. */
    static Normalization normalization(ImageSet images) {
        int channels = images.channels();
        long[] sums = new long[channels];
        long[] squares = new long[channels];
        long bytes = images.pixels().byteSize();
        for (int channel = 0; channel < channels; channel++) {
            for (long i = channel; i < bytes; i += channels) {
                int pixel = Byte.toUnsignedInt(images.pixels().get(JAVA_BYTE, i));
                sums[channel] += pixel;
                squares[channel] += (long) pixel * pixel;
            }
        }
        double pixels = (double) bytes / channels;
        List<Float> means = new ArrayList<>();
        List<Float> deviations = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double mean = sums[c] / pixels;
            double variance = squares[c] / pixels - mean * mean;
            if (!(variance > 0)) {
                throw new DataSetException(
                        "all pixels of channel " + c + " are equal: there is nothing to learn from them");
            }
            means.add((float) (mean / FULL_RANGE));
            deviations.add((float) (Math.sqrt(variance) / FULL_RANGE));
        }
        return new Normalization(means, deviations);
    }
}
