package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A pass that sums (pixels, C) over the pixels, channel by channel. It takes as many pixels at once as fill whole
 * vectors, so that no lane is empty for any number of channels. Sums run over {@value #RUN} such rows in floats and
 * from there in doubles. Confined to one thread: it holds the sums.
 */
public final class BiasGradientPass {
    private static final int RUN = 64;

    private final boolean bfloat16;
    private final long size; // bytes of an element
    private final int channels;
    private final int row; // elements of as many pixels as fill whole vectors
    private final float[] ofRun; // (row)
    private final double[] sums; // (row)

    /**
     * Makes a pass.
     *
     * @param elements type of the summands
     */
    public BiasGradientPass(int channels, DType elements) {
        this.channels = channels;
        bfloat16 = Elements.isBFloat16(elements);
        size = Elements.bytes(bfloat16);
        row = channels * LANES / greatestCommonDivisor(channels, LANES);
        ofRun = new float[row];
        sums = new double[row];
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    /**
     * Replaces the gradient, C floats, by the sums over {@code pixels} pixels; offsets are in bytes.
     *
     * @param outputGradient offset in {@code memory}
     * @param biasGradient offset in {@code gradients}
     */
    public void run(MemorySegment memory, long outputGradient, long pixels, MemorySegment gradients,
            long biasGradient) {
        Arrays.fill(sums, 0);
        long elements = pixels * channels;
        long rows = elements / row;
        for (long done = 0; done < rows; done += RUN) {
            int run = (int) Math.min(RUN, rows - done);
            for (int i = 0; i < row; i += LANES) {
                sumVector(memory, outputGradient + (done * row + i) * size, run, i);
            }
            for (int i = 0; i < row; i++) {
                sums[i] += ofRun[i];
            }
        }
        for (long i = rows * row; i < elements; i++) {
            sums[(int) (i - rows * row)] += Elements.get(bfloat16, memory, outputGradient + i * size);
        }
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int i = c; i < row; i += channels) {
                sum += sums[i];
            }
            gradients.set(JAVA_FLOAT, biasGradient + c * BYTES, (float) sum);
        }
    }

    private void sumVector(MemorySegment memory, long at, int run, int to) {
        boolean bfloat16 = this.bfloat16;
        long stride = row * size;
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < run; i++) {
            sum = sum.add(Elements.load(bfloat16, memory, at + i * stride));
        }
        sum.intoArray(ofRun, to);
    }
}
