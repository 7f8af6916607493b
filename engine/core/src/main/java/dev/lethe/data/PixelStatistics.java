package dev.lethe.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lethe.kernels.op.Normalization;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Mean and standard deviation of the pixels of each channel. */
final class PixelStatistics {
    private static final double FULL_RANGE = 255;

    /** The normalisation of a channel whose pixels are all equal, which leaves them as they are. */
    private static final float CONSTANT_MEAN = 0;
    /** Twice what pixels between 0 and 1 can have. */
    private static final float CONSTANT_DEVIATION = 1;

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
            boolean constant = !(variance > 0);
            means.add(constant ? CONSTANT_MEAN : (float) (mean / FULL_RANGE));
            deviations.add(constant ? CONSTANT_DEVIATION : (float) (Math.sqrt(variance) / FULL_RANGE));
        }
        Normalization normalization = new Normalization(means, deviations);
        if (constantChannels(normalization).size() == channels) {
            throw new DataSetException("all training images have the same pixels of one value, " + sums[0] / pixels
                    + ": there is nothing to learn from them");
        }
        return normalization;
    }

    /** Returns the channels whose pixels are all equal, by the normalisation that they have in place of another. */
    static List<Integer> constantChannels(Normalization normalization) {
        return IntStream.range(0, normalization.channels())
                .filter(c -> normalization.std().get(c) == CONSTANT_DEVIATION)
                .boxed().toList();
    }
}
