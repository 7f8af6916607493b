package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.Activation;
import dev.lethe.kernels.BatchNormSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Batch normalisation of one worker's examples, joined with a residual and ReLU, over (pixels, C) floats. Statistics of
 * a batch that several workers share are made in two moves with a barrier between them: each worker leaves the moments
 * of its own part, then all combine them in the same order, so that every worker gets the same bits. Sums run over
 * {@value #RUN} pixels in floats and from there in doubles. The first pass over an activation goes from its end, which
 * was written last, to its beginning, where the second starts: each meets what is still in the cache.
 * <p>
 * Offsets are in bytes. Keeps the statistics of the last forward pass for the backward pass. Confined to one thread.
 */
public final class BatchNormPass {
    private static final int RUN = 64; // pixels: short enough to stay in cache while channels are taken in turn

    private final BatchNormSpec spec;
    private final int channels;
    private final int vectorChannels; // handled as whole vectors
    private final float floor; // no output is less
    private final float[] mean;
    private final double[] inverseDeviation;
    private final double[] variance;
    private final float[] slope; // forward is slope * x + offset
    private final float[] offset;
    private final float[] first; // factors and sums of a run, by channel; like the next two
    private final float[] second;
    private final float[] third;

    /** A pass over so many channels. */
    public BatchNormPass(BatchNormSpec spec, int channels, Activation activation) {
        this.spec = spec;
        this.channels = channels;
        vectorChannels = channels / LANES * LANES;
        floor = activation == Activation.RELU ? 0 : Float.NEGATIVE_INFINITY;
        mean = new float[channels];
        inverseDeviation = new double[channels];
        variance = new double[channels];
        slope = new float[channels];
        offset = new float[channels];
        first = new float[channels];
        second = new float[channels];
        third = new float[channels];
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
            mean[c] = memory.get(JAVA_FLOAT, input + c * BYTES); // any value near: its differences have small squares
        }
        for (long done = (pixels - 1) / RUN * RUN; done >= 0; done -= RUN) { // the end was written last
            int run = (int) Math.min(RUN, pixels - done);
            long at = input + done * channels * BYTES;
            for (int c = 0; c < vectorChannels; c += LANES) {
                sumVector(memory, at, run, c);
            }
            for (int c = vectorChannels; c < channels; c++) {
                sumOne(memory, at, run, c);
            }
            for (int c = 0; c < channels; c++) {
                partial[1 + c] += first[c];
                partial[1 + channels + c] += second[c];
            }
        }
        for (int c = 0; c < channels; c++) {
            double sum = partial[1 + c];
            partial[1 + c] = mean[c] + sum / pixels;
            partial[1 + channels + c] -= sum * sum / pixels;
        }
    }

    private void sumVector(MemorySegment memory, long at, int run, int c) {
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector squares = FloatVector.zero(SPECIES);
        long pixel = at + c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, memory, pixel, ORDER).sub(from);
            sum = sum.add(x);
            squares = x.fma(x, squares);
            pixel += channels * BYTES;
        }
        sum.intoArray(first, c);
        squares.intoArray(second, c);
    }

    private void sumOne(MemorySegment memory, long at, int run, int c) {
        float sum = 0;
        float squares = 0;
        for (int p = 0; p < run; p++) {
            float x = memory.get(JAVA_FLOAT, at + ((long) p * channels + c) * BYTES) - mean[c];
            sum += x;
            squares = Math.fma(x, x, squares);
        }
        first[c] = sum;
        second[c] = squares;
    }

    /** Takes the statistics of the whole batch from the moments of all its parts. */
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

    /** Takes the running statistics, of which the first channel's stand at these places. */
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

    /** Moves the running statistics towards those of the batch, which has so many pixels. */
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
            long at = done * channels * BYTES;
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
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector.fromMemorySegment(SPECIES, memory, input + at, ORDER).fma(factor, summand).max(floor)
                    .intoMemorySegment(memory, output + at, ORDER);
            at += channels * BYTES;
        }
    }

    private void normaliseVector(MemorySegment memory, long input, long residual, long output, int run, int c) {
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, offset, c);
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector.fromMemorySegment(SPECIES, memory, input + at, ORDER).fma(factor, summand)
                    .add(FloatVector.fromMemorySegment(SPECIES, memory, residual + at, ORDER)).max(floor)
                    .intoMemorySegment(memory, output + at, ORDER);
            at += channels * BYTES;
        }
    }

    private void normaliseOne(MemorySegment memory, long input, long residual, long output, int run, int c) {
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * BYTES;
            float z = Math.fma(memory.get(JAVA_FLOAT, input + at), slope[c], offset[c]);
            if (residual >= 0) {
                z += memory.get(JAVA_FLOAT, residual + at);
            }
            memory.set(JAVA_FLOAT, output + at, Math.max(z, floor));
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
            long at = done * channels * BYTES;
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
            for (int c = 0; c < channels; c++) {
                partial[1 + c] += first[c];
                partial[1 + channels + c] += second[c];
            }
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
            long at = done * channels * BYTES;
            for (int c = 0; c < vectorChannels; c += LANES) {
                sumThroughVector(memory, input + at, outputGradient + at, run, c);
            }
            for (int c = vectorChannels; c < channels; c++) {
                sumThroughOne(memory, input + at, outputGradient + at, run, c);
            }
            for (int c = 0; c < channels; c++) {
                partial[1 + c] += first[c];
                partial[1 + channels + c] += second[c];
            }
        }
    }

    private void sumThroughVector(MemorySegment memory, long input, long gradient, int run, int c) {
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, offset, c);
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector sum = zero;
        FloatVector products = zero;
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, memory, input + at, ORDER);
            FloatVector dy = FloatVector.fromMemorySegment(SPECIES, memory, gradient + at, ORDER);
            FloatVector g = zero.blend(dy, x.fma(factor, summand).compare(VectorOperators.GT, floor));
            sum = sum.add(g);
            products = x.sub(from).fma(g, products);
            at += channels * BYTES;
        }
        sum.intoArray(first, c);
        products.intoArray(second, c);
    }

    private void sumThroughOne(MemorySegment memory, long input, long gradient, int run, int c) {
        float sum = 0;
        float products = 0;
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * BYTES;
            float x = memory.get(JAVA_FLOAT, input + at);
            float g = through(x, memory.get(JAVA_FLOAT, gradient + at), c);
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
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector y = FloatVector.fromMemorySegment(SPECIES, memory, output + at, ORDER);
            FloatVector dy = FloatVector.fromMemorySegment(SPECIES, memory, gradient + at, ORDER);
            zero.blend(dy, y.compare(VectorOperators.GT, floor))
                    .intoMemorySegment(memory, masked + at, ORDER);
            at += channels * BYTES;
        }
    }

    private void maskVector(MemorySegment memory, long output, long gradient, long other, long masked, int run,
            int c) {
        FloatVector zero = FloatVector.zero(SPECIES);
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector y = FloatVector.fromMemorySegment(SPECIES, memory, output + at, ORDER);
            FloatVector dy = FloatVector.fromMemorySegment(SPECIES, memory, gradient + at, ORDER)
                    .add(FloatVector.fromMemorySegment(SPECIES, memory, other + at, ORDER));
            zero.blend(dy, y.compare(VectorOperators.GT, floor))
                    .intoMemorySegment(memory, masked + at, ORDER);
            at += channels * BYTES;
        }
    }

    private void maskOne(MemorySegment memory, long output, long gradient, long other, long masked, int run, int c) {
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * BYTES;
            float dy = memory.get(JAVA_FLOAT, gradient + at) + (other < 0 ? 0 : memory.get(JAVA_FLOAT, other + at));
            memory.set(JAVA_FLOAT, masked + at, memory.get(JAVA_FLOAT, output + at) > floor ? dy : 0);
        }
    }

    private void sumVector(MemorySegment memory, long input, long masked, int run, int c) {
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector products = FloatVector.zero(SPECIES);
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, memory, masked + at, ORDER);
            sum = sum.add(g);
            products = FloatVector.fromMemorySegment(SPECIES, memory, input + at, ORDER).sub(from).fma(g, products);
            at += channels * BYTES;
        }
        sum.intoArray(first, c);
        products.intoArray(second, c);
    }

    private void sumOne(MemorySegment memory, long input, long masked, int run, int c) {
        float sum = 0;
        float products = 0;
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * BYTES;
            float g = memory.get(JAVA_FLOAT, masked + at);
            sum += g;
            products = Math.fma(memory.get(JAVA_FLOAT, input + at) - mean[c], g, products);
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
            long at = done * channels * BYTES;
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
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, memory, input + at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, memory, gradient + at, ORDER);
            g.fma(factor, x.sub(from).fma(tilt, summand)).intoMemorySegment(memory, inputGradient + at, ORDER);
            at += channels * BYTES;
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
        long at = c * BYTES;
        for (int p = 0; p < run; p++) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, memory, input + at, ORDER);
            FloatVector dy = FloatVector.fromMemorySegment(SPECIES, memory, gradient + at, ORDER);
            FloatVector g = zero.blend(dy, x.fma(factor, shifted).compare(VectorOperators.GT, floor));
            g.fma(factor, x.sub(from).fma(tilt, summand)).intoMemorySegment(memory, inputGradient + at, ORDER);
            at += channels * BYTES;
        }
    }

    private void inputGradientOne(MemorySegment memory, long input, long gradient, boolean added, long inputGradient,
            int run, int c) {
        for (int p = 0; p < run; p++) {
            long at = ((long) p * channels + c) * BYTES;
            float x = memory.get(JAVA_FLOAT, input + at);
            float dy = memory.get(JAVA_FLOAT, gradient + at);
            float g = added ? dy : through(x, dy, c);
            memory.set(JAVA_FLOAT, inputGradient + at,
                    Math.fma(g, slope[c], Math.fma(x - mean[c], second[c], third[c])));
        }
    }
}
