package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.BatchNormPass.RUN;
import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A pass that computes the gradients of a {@link BatchNormPass}: {@code dx = slope * (dz - mean(dz) - normalised *
 * mean(dz * normalised))}, where dz is the gradient that the activation lets through,
 * {@code normalised = (x - mean) / deviation}, and both means are zero for running statistics. Passes compute it as
 * {@code dx = slope * dz + tilt * (x - mean) + constant}. The sums over the batch take two calls with a barrier between
 * them, as the statistics do.
 * <p>
 * Offsets are in bytes. Confined to the thread of the forward pass.
 */
public final class BatchNormGradientPass {
    private final int channels;
    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final int vectorChannels; // handled as whole vectors
    private final float floor; // the activation lets nothing through where its output is not above this
    private final float[] mean; // (C), of the forward pass
    private final double[] inverseDeviation; // (C), of the forward pass: 1 / sqrt(variance + epsilon)
    private final float[] slope; // (C), of the forward pass: scale / deviation
    private final float[] offset; // (C), of the forward pass: shift - mean * slope
    private final float[] gradientSums; // (C), of a run of pixels: sums of dz
    private final float[] productSums; // (C), of a run of pixels: sums of dz * (x - mean)
    private final float[] tilt; // (C), factor of x - mean in dx
    private final float[] constant; // (C), summand of dx

    /** Makes the backward pass of a forward pass. */
    public BatchNormGradientPass(BatchNormPass forward) {
        channels = forward.channels();
        bfloat16 = forward.bfloat16();
        size = Elements.bytes(bfloat16);
        vectorChannels = channels / LANES * LANES;
        floor = forward.floor();
        mean = forward.statistics().mean();
        inverseDeviation = forward.statistics().inverseDeviation();
        slope = forward.slope();
        offset = forward.offset();
        gradientSums = new float[channels];
        productSums = new float[channels];
        tilt = new float[channels];
        constant = new float[channels];
    }

    /**
     * Computes dz and its sums over some pixels.
     *
     * @param memory all activations and gradients, (pixels, C) each
     * @param output output of the forward pass
     * @param outputGradient first summand of the output's gradient
     * @param otherGradient second summand, -1 for none
     * @param masked place of dz, which may be that of one of the summands
     * @param partial (1 + 2 C): receives the number of pixels, and for each channel the sums of dz and of dz * (x -
     *        mean)
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
     * Computes the sums for a forward pass without a residual: the input tells what the activation let through, and dz
     * is not written.
     *
     * @param memory input and gradient, (pixels, C) each
     * @param partial (1 + 2 C): receives the number of pixels and the sums for each channel
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

    /** Adds the two sums of a run, in floats, to those of all runs, in doubles. */
    private void addRun(double[] partial) {
        for (int c = 0; c < channels; c++) {
            partial[1 + c] += gradientSums[c];
            partial[1 + channels + c] += productSums[c];
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
        sum.intoArray(gradientSums, c);
        products.intoArray(productSums, c);
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
        gradientSums[c] = sum;
        productSums[c] = products;
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
        sum.intoArray(gradientSums, c);
        products.intoArray(productSums, c);
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
        gradientSums[c] = sum;
        productSums[c] = products;
    }

    /**
     * Writes the gradients of scale and shift of one part of the batch.
     *
     * @param partial (1 + 2 C): sums of the part
     * @param gradients memory of both gradients, (C) each
     * @param scale place of the first channel's gradient of the scale
     * @param shift place of the first channel's gradient of the shift
     */
    public void parameterGradients(double[] partial, MemorySegment gradients, long scale, long shift) {
        for (int c = 0; c < channels; c++) {
            gradients.set(JAVA_FLOAT, scale + c * BYTES, (float) (partial[1 + channels + c] * inverseDeviation[c]));
            gradients.set(JAVA_FLOAT, shift + c * BYTES, (float) partial[1 + c]);
        }
    }

    /**
     * Computes the gradient of the input.
     *
     * @param partials (parts, 1 + 2 C): sums of all parts of the batch; none for running statistics, which do not
     *        depend on the input
     * @param memory input and gradients, (pixels, C) each
     * @param gradient dz if a residual was added before the activation, otherwise the output's gradient
     * @param added whether a residual was added
     * @param inputGradient place of the result, which may be that of {@code gradient}
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
            tilt[c] = (float) (count == 0 ? 0 : -slope[c] * spread * products / count);
            constant[c] = (float) (count == 0 ? 0 : -slope[c] * sum / count);
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
        FloatVector ofInput = FloatVector.fromArray(SPECIES, tilt, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, constant, c);
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector x = Elements.load(bfloat16, memory, input + at);
            FloatVector g = Elements.load(bfloat16, memory, gradient + at);
            Elements.store(bfloat16, g.fma(factor, x.sub(from).fma(ofInput, summand)), memory, inputGradient + at);
            at += stride;
        }
    }

    private void inputGradientThroughVector(MemorySegment memory, long input, long gradient, long inputGradient,
            int run, int c) {
        FloatVector factor = FloatVector.fromArray(SPECIES, slope, c);
        FloatVector shifted = FloatVector.fromArray(SPECIES, offset, c);
        FloatVector ofInput = FloatVector.fromArray(SPECIES, tilt, c);
        FloatVector summand = FloatVector.fromArray(SPECIES, constant, c);
        FloatVector from = FloatVector.fromArray(SPECIES, mean, c);
        FloatVector zero = FloatVector.zero(SPECIES);
        boolean bfloat16 = this.bfloat16;
        long stride = channels * size;
        long at = c * size;
        for (int p = 0; p < run; p++) {
            FloatVector x = Elements.load(bfloat16, memory, input + at);
            FloatVector dy = Elements.load(bfloat16, memory, gradient + at);
            FloatVector g = zero.blend(dy, x.fma(factor, shifted).compare(VectorOperators.GT, floor));
            Elements.store(bfloat16, g.fma(factor, x.sub(from).fma(ofInput, summand)), memory, inputGradient + at);
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
                    Math.fma(g, slope[c], Math.fma(x - mean[c], tilt[c], constant[c])));
        }
    }
}
