package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A pass of batch normalisation over one worker's examples, (pixels, C), joined with a residual and ReLU:
 * {@code y = activation(slope * x + offset + residual)} with {@code slope = scale / sqrt(variance + epsilon)} and
 * {@code offset = shift - slope * mean}. The statistics of a batch that several workers share take two calls with a
 * barrier between them: each worker leaves the moments of its part, then all combine them in the same order, so that
 * every worker gets the same bits. Sums run over {@value #RUN} pixels in floats and from there in doubles. The first
 * pass over an activation goes from its end, which was written last, to its beginning, where the second starts: each
 * begins with pixels that are still in the cache.
 * <p>
 * Offsets are in bytes. Keeps the statistics of the last forward pass for {@link BatchNormGradientPass}. Confined to
 * one thread.
 */
public final class BatchNormPass {
    static final int RUN = 64; // pixels: short enough to stay in cache while channels are taken in turn

    private final int channels;
    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final int vectorChannels; // handled as whole vectors
    private final float floor; // no output is less
    private final ChannelStatistics statistics;
    private final float[] mean; // (C), of the statistics
    private final double[] inverseDeviation; // (C), of the statistics
    private final float[] slope; // (C)
    private final float[] offset; // (C)
    private final float[] sums; // (C), of a run: of x less a value near the mean
    private final float[] squares; // (C), of a run: of the same

    /**
     * Makes a pass.
     *
     * @param elements type of input, output and residual
     */
    public BatchNormPass(BatchNormSpec spec, int channels, Activation activation, DType elements) {
        this.channels = channels;
        bfloat16 = Elements.isBFloat16(elements);
        size = Elements.bytes(bfloat16);
        vectorChannels = channels / LANES * LANES;
        floor = activation == Activation.RELU ? 0 : Float.NEGATIVE_INFINITY;
        statistics = new ChannelStatistics(spec, channels);
        mean = statistics.mean();
        inverseDeviation = statistics.inverseDeviation();
        slope = new float[channels];
        offset = new float[channels];
        sums = new float[channels];
        squares = new float[channels];
    }

    /** Returns the statistics to normalise by: the caller makes them those of the batch or the running ones. */
    public ChannelStatistics statistics() {
        return statistics;
    }

    /** Returns the length of the arrays that {@link #moments} and the sums of gradients fill: (1 + 2 C). */
    public static int partialLength(int channels) {
        return 1 + 2 * channels;
    }

    int channels() {
        return channels;
    }

    boolean bfloat16() {
        return bfloat16;
    }

    float floor() {
        return floor;
    }

    float[] slope() {
        return slope;
    }

    float[] offset() {
        return offset;
    }

    /**
     * Computes the moments of some pixels.
     *
     * @param memory memory of the input
     * @param input (pixels, C)
     * @param pixels number of pixels
     * @param partial (1 + 2 C): receives the number of pixels, and for each channel the mean and the sum of squared
     *        deviations
     */
    public void moments(MemorySegment memory, long input, long pixels, double[] partial) {
        Arrays.fill(partial, 0);
        partial[0] = pixels;
        for (int c = 0; c < channels; c++) {
            mean[c] = Elements.get(bfloat16, memory, input + c * size); // any value near makes differences small
        }
        for (long done = (pixels - 1) / RUN * RUN; done >= 0; done -= RUN) { // the end was written last
            int run = (int) Math.min(RUN, pixels - done);
            long at = input + done * channels * size;
            for (int c = 0; c < vectorChannels; c += LANES) {
                sumVector(memory, at, run, c);
            }
            for (int c = vectorChannels; c < channels; c++) {
                sumOne(memory, at, run, c);
            }
            addRun(partial);
        }
        for (int c = 0; c < channels; c++) {
            double sum = partial[1 + c];
            partial[1 + c] = mean[c] + sum / pixels;
            partial[1 + channels + c] -= sum * sum / pixels;
        }
    }

    /** Adds the two sums of a run, in floats, to those of all runs, in doubles. */
    private void addRun(double[] partial) {
        for (int c = 0; c < channels; c++) {
            partial[1 + c] += sums[c];
            partial[1 + channels + c] += squares[c];
        }
    }

    private void sumVector(MemorySegment memory, long at, int run, int c) {
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector square = FloatVector.zero(SPECIES);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long pixel = at + c * size;
        for (int p = 0; p < run; p++) {
            FloatVector x = Elements.load(bfloat16, memory, pixel).sub(from);
            sum = sum.add(x);
            square = x.fma(x, square);
            pixel += stride;
        }
        sum.intoArray(sums, c);
        square.intoArray(squares, c);
    }

    private void sumOne(MemorySegment memory, long at, int run, int c) {
        float sum = 0;
        float square = 0;
        for (int p = 0; p < run; p++) {
            float x = Elements.get(bfloat16, memory, at + ((long) p * channels + c) * size) - mean[c];
            sum += x;
            square = Math.fma(x, x, square);
        }
        sums[c] = sum;
        squares[c] = square;
    }

    /**
     * Computes {@code output = activation(norm(input) + residual)}.
     *
     * @param parameters memory of scale and shift, (C) each
     * @param scale place of the first channel's scale
     * @param shift place of the first channel's shift
     * @param memory input, residual and output, (pixels, C) each
     * @param input place of (pixels, C)
     * @param residual place of the residual, -1 for none
     * @param output place of (pixels, C)
     * @param pixels number of pixels
     */
    public void normalise(MemorySegment parameters, long scale, long shift, MemorySegment memory, long input,
            long residual, long output, long pixels) {
        for (int c = 0; c < channels; c++) {
            double factor = parameters.get(JAVA_FLOAT, scale + c * BYTES) * inverseDeviation[c];
            slope[c] = (float) factor;
            offset[c] = (float) (parameters.get(JAVA_FLOAT, shift + c * BYTES) - mean[c] * factor);
        }
        for (long done = 0; done < pixels; done += RUN) {
            int run = (int) Math.min(RUN, pixels - done);
            long at = done * channels * size;
            for (int c = 0; c < vectorChannels; c += LANES) {
                if (residual < 0) {
                    normaliseVector(memory, input + at, output + at, run, c);
                } else {
                    normaliseVector(memory, input + at, residual + at, output + at, run, c);
                }
            }
            for (int c = vectorChannels; c < channels; c++) {
                normaliseOne(memory, input + at, residual < 0 ? -1 : residual + at, output + at, run, c);
            }
        }
    }

    private void normaliseVector(MemorySegment memory, long input, long output, int run, int c) {
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, offset, c);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            Elements.store(bfloat16, Elements.load(bfloat16, memory, input + at).fma(factor, summand).max(floor),
                    memory,
                    output + at);
            at += stride;
        }
    }

    private void normaliseVector(MemorySegment memory, long input, long residual, long output, int run, int c) {
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, offset, c);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            Elements.store(bfloat16, Elements.load(bfloat16, memory, input + at).fma(factor, summand)
                    .add(Elements.load(bfloat16, memory, residual + at)).max(floor), memory, output + at);
            at += stride;
        }
    }

    private void normaliseOne(MemorySegment memory, long input, long residual, long output, int run, int c) {
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * size;
            float z = Math.fma(Elements.get(bfloat16, memory, input + at), slope[c], offset[c]);
            if (residual >= 0) {
                z += Elements.get(bfloat16, memory, residual + at);
            }
            Elements.set(bfloat16, memory, output + at, Math.max(z, floor));
        }
    }
}
