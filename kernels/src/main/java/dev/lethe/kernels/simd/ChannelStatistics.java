package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.BatchNormSpec;
import java.lang.foreign.MemorySegment;

/** Mean and variance of each channel, by which a {@link BatchNormPass} normalises. Offsets are in bytes. */
public final class ChannelStatistics {
    private final BatchNormSpec spec;
    private final int channels;
    private final float[] mean; // (C)
    private final double[] variance; // (C), divided by the number of pixels
    private final double[] inverseDeviation; // (C), 1 / sqrt(variance + epsilon)

    ChannelStatistics(BatchNormSpec spec, int channels) {
        this.spec = spec;
        this.channels = channels;
        mean = new float[channels];
        variance = new double[channels];
        inverseDeviation = new double[channels];
    }

    float[] mean() {
        return mean;
    }

    double[] inverseDeviation() {
        return inverseDeviation;
    }

    /**
     * Takes the statistics of the whole batch from the moments of all its parts.
     *
     * @param partials (parts, 1 + 2 C): for each part its number of pixels, and for each channel the mean and the sum
     *        of squared deviations
     */
    public void useBatch(double[][] partials) {
        for (int c = 0; c < channels; c++) {
            double count = 0;
            double average = 0;
            double squares = 0;
            for (double[] partial : partials) { // Chan, Golub and LeVeque's update
                double all = count + partial[0];
                double difference = partial[1 + c] - average;
                squares += partial[1 + channels + c] + difference * difference * count * partial[0] / all;
                average += difference * partial[0] / all;
                count = all;
            }
            use(c, average, Math.max(0, squares) / count);
        }
    }

    /**
     * Takes the running statistics.
     *
     * @param states memory of the statistics, (C) floats each
     * @param runningMean place of the first channel's mean
     * @param runningVariance place of the first channel's variance
     */
    public void useRunning(MemorySegment states, long runningMean, long runningVariance) {
        for (int c = 0; c < channels; c++) {
            use(c, states.get(JAVA_FLOAT, runningMean + c * BYTES),
                    states.get(JAVA_FLOAT, runningVariance + c * BYTES));
        }
    }

    private void use(int c, double average, double spread) {
        mean[c] = (float) average;
        variance[c] = spread;
        inverseDeviation[c] = 1 / Math.sqrt(spread + spec.epsilon());
    }

    /**
     * Moves the running statistics towards those of the batch.
     *
     * @param states memory of the statistics, (C) floats each
     * @param runningMean place of the first channel's mean
     * @param runningVariance place of the first channel's variance
     * @param pixels number of pixels of the batch, whose variance becomes the unbiased one
     */
    public void updateRunning(MemorySegment states, long runningMean, long runningVariance, double pixels) {
        double unbiased = pixels / Math.max(1, pixels - 1);
        for (int c = 0; c < channels; c++) {
            update(states, runningMean + c * BYTES, mean[c]);
            update(states, runningVariance + c * BYTES, variance[c] * unbiased);
        }
    }

    private void update(MemorySegment states, long at, double value) {
        double kept = states.get(JAVA_FLOAT, at);
        states.set(JAVA_FLOAT, at, (float) ((1 - spec.momentum()) * kept + spec.momentum() * value));
    }
}
