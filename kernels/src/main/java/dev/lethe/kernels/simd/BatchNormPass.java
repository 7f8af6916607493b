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
import jdk.incubator.vector.VectorOperators;

/**
 * Batch normalisation of one worker's examples, joined with a residual and ReLU, over (pixels, C). Statistics of
 * a batch that several workers share are made in two moves with a barrier between them: each worker leaves the moments
 * of its own part, then all combine them in the same order, so that every worker gets the same bits. Sums run over
 * {@value #RUN} pixels in floats and from there in doubles. The first pass over an activation goes from its end, which
 * was written last, to its beginning, where the second starts: each meets what is still in the cache.
 * <p>
 * Offsets are in bytes. Keeps the statistics of the last forward pass for the backward pass. Confined to one thread.
 */
public final class BatchNormPass {
    private static final int RUN = 64; // pixels: short enough to stay in cache while channels are taken in turn

    private final int channels;
    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final int vectorChannels; // handled as whole vectors
    private final float floor; // no output is less
    private final ChannelStatistics statistics;
    private final float[] mean; // of the statistics, as the next
    private final double[] inverseDeviation;
    private final float[] slope; // forward is slope * x + offset
    private final float[] offset;
    private final float[] first; // factors and sums of a run, by channel; like the next two
    private final float[] second;
    private final float[] third;

    /**
     * A pass over so many channels.
     *
     * @param elements type of input, output and their gradients
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
        first = new float[channels];
        second = new float[channels];
        third = new float[channels];
    }

    /** What forward normalises by: of the batch or the running ones, as the caller decides. */
    public ChannelStatistics statistics() {
        return statistics;
    }

    /** Length of the arrays that {@link #moments} and {@link #gradientSums} fill. */
    public static int partialLength(int channels) {
        return 1 + 2 * channels;
    }

    /**
     * The moments of these pixels.
     *
     * @param partial receives their number, and of each channel the mean and the sum of squared deviations
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

    /** Adds the two sums of a run, which stand in floats, to those of all runs. */
    private void addRun(double[] partial) {
        for (int c = 0; c < channels; c++) {
            partial[1 + c] += first[c];
            partial[1 + channels + c] += second[c];
        }
    }

    private void sumVector(MemorySegment memory, long at, int run, int c) {
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector squares = FloatVector.zero(SPECIES);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long pixel = at + c * size;
        for (int p = 0; p < run; p++) {
            FloatVector x = Elements.load(bfloat16, memory, pixel).sub(from);
            sum = sum.add(x);
            squares = x.fma(x, squares);
            pixel += stride;
        }
        sum.intoArray(first, c);
        squares.intoArray(second, c);
    }

    private void sumOne(MemorySegment memory, long at, int run, int c) {
        float sum = 0;
        float squares = 0;
        for (int p = 0; p < run; p++) {
            float x = Elements.get(bfloat16, memory, at + ((long) p * channels + c) * size) - mean[c];
            sum += x;
            squares = Math.fma(x, x, squares);
        }
        first[c] = sum;
        second[c] = squares;
    }

    /**
     * {@code output = activation(norm(input) + residual)}.
     *
     * @param scale of the first channel, in {@code parameters}, as {@code shift} is
     * @param residual -1 for none
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

    /**
     * The gradient behind the activation, and its sums over these pixels.
     *
     * @param output what the forward pass wrote
     * @param outputGradient one part of the output's gradient
     * @param otherGradient the other part, -1 for none
     * @param masked receives the gradient; may be where one of the parts is
     * @param partial receives the number of pixels, and of each channel the sum of the gradient and of its product with
     *        the input less the mean
     */
    public void gradientSums(MemorySegment memory, long input, long output, long outputGradient, long otherGradient,
            long masked, long pixels, double[] partial) {
        Arrays.fill(partial, 0);
        partial[0] = pixels;
        for (long done = (pixels - 1) / RUN * RUN; done >= 0; done -= RUN) { // the end was written last
            int run = (int) Math.min(RUN, pixels - done);
            long at = done * channels * size;
            for (int c = 0; c < vectorChannels; c += LANES) {
                if (otherGradient < 0) {
                    maskVector(memory, output + at, outputGradient + at, masked + at, run, c);
                } else {
                    maskVector(memory, output + at, outputGradient + at, otherGradient + at, masked + at, run, c);
                }
                sumVector(memory, input + at, masked + at, run, c);
            }
            for (int c = vectorChannels; c < channels; c++) {
                maskOne(memory, output + at, outputGradient + at, otherGradient < 0 ? -1 : otherGradient + at,
                        masked + at, run, c);
                sumOne(memory, input + at, masked + at, run, c);
            }
            addRun(partial);
        }
    }

    /**
     * The same sums where nothing was added before the activation: then the input says what the activation let through,
     * and nothing is written.
     */
    public void gradientSums(MemorySegment memory, long input, long outputGradient, long pixels, double[] partial) {
        Arrays.fill(partial, 0);
        partial[0] = pixels;
        for (long done = (pixels - 1) / RUN * RUN; done >= 0; done -= RUN) { // the end was written last
            int run = (int) Math.min(RUN, pixels - done);
            long at = done * channels * size;
            for (int c = 0; c < vectorChannels; c += LANES) {
                sumThroughVector(memory, input + at, outputGradient + at, run, c);
            }
            for (int c = vectorChannels; c < channels; c++) {
                sumThroughOne(memory, input + at, outputGradient + at, run, c);
            }
            addRun(partial);
        }
    }

    private void sumThroughVector(MemorySegment memory, long input, long gradient, int run, int c) {
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, offset, c);
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector sum = zero;
        FloatVector products = zero;
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector x = Elements.load(bfloat16, memory, input + at);
            FloatVector dy = Elements.load(bfloat16, memory, gradient + at);
            FloatVector g = zero.blend(dy, x.fma(factor, summand).compare(VectorOperators.GT, floor));
            sum = sum.add(g);
            products = x.sub(from).fma(g, products);
            at += stride;
        }
        sum.intoArray(first, c);
        products.intoArray(second, c);
    }

    private void sumThroughOne(MemorySegment memory, long input, long gradient, int run, int c) {
        float sum = 0;
        float products = 0;
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * size;
            float x = Elements.get(bfloat16, memory, input + at);
            float g = through(x, Elements.get(bfloat16, memory, gradient + at), c);
            sum += g;
            products = Math.fma(x - mean[c], g, products);
        }
        first[c] = sum;
        second[c] = products;
    }

    private float through(float x, float gradient, int c) {
        return Math.fma(x, slope[c], offset[c]) > floor ? gradient : 0;
    }

    private void maskVector(MemorySegment memory, long output, long gradient, long masked, int run, int c) {
        FloatVector zero = FloatVector.zero(SPECIES);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector y = Elements.load(bfloat16, memory, output + at);
            FloatVector dy = Elements.load(bfloat16, memory, gradient + at);
            Elements.store(bfloat16, zero.blend(dy, y.compare(VectorOperators.GT, floor)), memory, masked + at);
            at += stride;
        }
    }

    private void maskVector(MemorySegment memory, long output, long gradient, long other, long masked, int run,
            int c) {
        FloatVector zero = FloatVector.zero(SPECIES);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector y = Elements.load(bfloat16, memory, output + at);
            FloatVector dy = Elements.load(bfloat16, memory, gradient + at)
                    .add(Elements.load(bfloat16, memory, other + at));
            Elements.store(bfloat16, zero.blend(dy, y.compare(VectorOperators.GT, floor)), memory, masked + at);
            at += stride;
        }
    }

    private void maskOne(MemorySegment memory, long output, long gradient, long other, long masked, int run, int c) {
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * size;
            float dy = Elements.get(bfloat16, memory, gradient + at)
                    + (other < 0 ? 0 : Elements.get(bfloat16, memory, other + at));
            Elements.set(bfloat16, memory, masked + at, Elements.get(bfloat16, memory, output + at) > floor ? dy : 0);
        }
    }

    private void sumVector(MemorySegment memory, long input, long masked, int run, int c) {
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector products = FloatVector.zero(SPECIES);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector g = Elements.load(bfloat16, memory, masked + at);
            sum = sum.add(g);
            products = Elements.load(bfloat16, memory, input + at).sub(from).fma(g, products);
            at += stride;
        }
        sum.intoArray(first, c);
        products.intoArray(second, c);
    }

    private void sumOne(MemorySegment memory, long input, long masked, int run, int c) {
        float sum = 0;
        float products = 0;
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * size;
            float g = Elements.get(bfloat16, memory, masked + at);
            sum += g;
            products = Math.fma(Elements.get(bfloat16, memory, input + at) - mean[c], g, products);
        }
        first[c] = sum;
        second[c] = products;
    }

    /** Writes this part's gradients of scale and shift: the first channel's at these places of {@code gradients}. */
    public void parameterGradients(double[] partial, MemorySegment gradients, long scale, long shift) {
        for (int c = 0; c < channels; c++) {
            gradients.set(JAVA_FLOAT, scale + c * BYTES, (float) (partial[1 + channels + c] * inverseDeviation[c]));
            gradients.set(JAVA_FLOAT, shift + c * BYTES, (float) partial[1 + c]);
        }
    }

    /**
     * The gradient of the input.
     *
     * @param partials of all parts of the batch, as {@link #gradientSums} left them; none where the statistics were the
     *        running ones, which do not depend on the input
     * @param gradient behind the activation; before it, where nothing was added
     * @param added whether something was
     * @param inputGradient may be where {@code gradient} is
     */
    public void inputGradient(double[][] partials, MemorySegment memory, long input, long gradient, boolean added,
            long inputGradient, long pixels) {
        for (int c = 0; c < channels; c++) {
            double count = 0;
            double sum = 0;
            double products = 0;
            for (double[] partial : partials) {
                count += partial[0];
                sum += partial[1 + c];
                products += partial[1 + channels + c];
            }
            double spread = inverseDeviation[c] * inverseDeviation[c];
            second[c] = (float) (count == 0 ? 0 : -slope[c] * spread * products / count);
            third[c] = (float) (count == 0 ? 0 : -slope[c] * sum / count);
        }
        for (long done = 0; done < pixels; done += RUN) {
            int run = (int) Math.min(RUN, pixels - done);
            long at = done * channels * size;
            for (int c = 0; c < vectorChannels; c += LANES) {
                if (added) {
                    inputGradientVector(memory, input + at, gradient + at, inputGradient + at, run, c);
                } else {
                    inputGradientThroughVector(memory, input + at, gradient + at, inputGradient + at, run, c);
                }
            }
            for (int c = vectorChannels; c < channels; c++) {
                inputGradientOne(memory, input + at, gradient + at, added, inputGradient + at, run, c);
            }
        }
    }

    private void inputGradientVector(MemorySegment memory, long input, long gradient, long inputGradient, int run,
            int c) {
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector tilt = FloatVector.fromArray(SPECIES, second, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, third, c);
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector x = Elements.load(bfloat16, memory, input + at);
            FloatVector g = Elements.load(bfloat16, memory, gradient + at);
            Elements.store(bfloat16, g.fma(factor, x.sub(from).fma(tilt, summand)), memory, inputGradient + at);
            at += stride;
        }
    }

    private void inputGradientThroughVector(MemorySegment memory, long input, long gradient, long inputGradient,
            int run, int c) {
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector shifted = FloatVector.fromArray(SPECIES, offset, c);
        FloatVector tilt = FloatVector.fromArray(SPECIES, second, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, third, c);
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector zero = FloatVector.zero(SPECIES);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector x = Elements.load(bfloat16, memory, input + at);
            FloatVector dy = Elements.load(bfloat16, memory, gradient + at);
            FloatVector g = zero.blend(dy, x.fma(factor, shifted).compare(VectorOperators.GT, floor));
            Elements.store(bfloat16, g.fma(factor, x.sub(from).fma(tilt, summand)), memory, inputGradient + at);
            at += stride;
        }
    }

    private void inputGradientOne(MemorySegment memory, long input, long gradient, boolean added, long inputGradient,
            int run, int c) {
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * size;
            float x = Elements.get(bfloat16, memory, input + at);
            float dy = Elements.get(bfloat16, memory, gradient + at);
            float g = added ? dy : through(x, dy, c);
            Elements.set(bfloat16, memory, inputGradient + at,
                    Math.fma(g, slope[c], Math.fma(x - mean[c], second[c], third[c])));
        }
    }
}
