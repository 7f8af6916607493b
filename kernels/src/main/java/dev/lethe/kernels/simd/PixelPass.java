package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Sums of activations, and means over the pixels of an image, over floats; offsets are in bytes. */
public final class PixelPass {
    private PixelPass() {}

    /** {@code output = first + second} over {@code count} floats; any of them may be the same memory. */
    public static void add(MemorySegment memory, long first, long second, long output, long count) {
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector.fromMemorySegment(SPECIES, memory, first + i * BYTES, ORDER)
                    .add(FloatVector.fromMemorySegment(SPECIES, memory, second + i * BYTES, ORDER))
                    .intoMemorySegment(memory, output + i * BYTES, ORDER);
        }
        for (; i < count; i++) {
            memory.set(JAVA_FLOAT, output + i * BYTES,
                    memory.get(JAVA_FLOAT, first + i * BYTES) + memory.get(JAVA_FLOAT, second + i * BYTES));
        }
    }

    /** The mean of each channel over each image of (images, pixels, channels). */
    public static void means(MemorySegment memory, long input, long output, int images, int pixels, int channels) {
        for (int n = 0; n < images; n++) {
            long from = input + (long) n * pixels * channels * BYTES;
            long to = output + (long) n * channels * BYTES;
            int c = 0;
            for (; c + LANES <= channels; c += LANES) {
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int p = 0; p < pixels; p++) {
                    sum = sum.add(FloatVector.fromMemorySegment(SPECIES, memory,
                            from + ((long) p * channels + c) * BYTES, ORDER));
                }
                sum.div(pixels).intoMemorySegment(memory, to + c * BYTES, ORDER);
            }
            for (; c < channels; c++) {
                float sum = 0;
                for (int p = 0; p < pixels; p++) {
                    sum += memory.get(JAVA_FLOAT, from + ((long) p * channels + c) * BYTES);
                }
                memory.set(JAVA_FLOAT, to + c * BYTES, sum / pixels);
            }
        }
    }

    /** The gradient of {@link #means}. */
    public static void spread(MemorySegment memory, long outputGradient, long inputGradient, int images, int pixels,
            int channels) {
        float share = 1f / pixels;
        for (int n = 0; n < images; n++) {
            long from = outputGradient + (long) n * channels * BYTES;
            long to = inputGradient + (long) n * pixels * channels * BYTES;
            int c = 0;
            for (; c + LANES <= channels; c += LANES) {
                FloatVector each = FloatVector.fromMemorySegment(SPECIES, memory, from + c * BYTES, ORDER).mul(share);
                for (int p = 0; p < pixels; p++) {
                    each.intoMemorySegment(memory, to + ((long) p * channels + c) * BYTES, ORDER);
                }
            }
            for (; c < channels; c++) {
                float each = memory.get(JAVA_FLOAT, from + c * BYTES) * share;
                for (int p = 0; p < pixels; p++) {
                    memory.set(JAVA_FLOAT, to + ((long) p * channels + c) * BYTES, each);
                }
            }
        }
    }
}
