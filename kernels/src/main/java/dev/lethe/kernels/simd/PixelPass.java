package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Passes for sums and multiples of activations, and for means over the pixels of an image; offsets are in bytes. */
public final class PixelPass {
    private PixelPass() {}

    /**
     * Computes {@code output = first + second} over {@code count} elements; any of them may be the same memory.
     *
     * @param elements type of all three
     * @param memory memory of all three
     * @param first place of (count) elements
     * @param second place of (count) elements
     * @param output place of (count) elements
     * @param count number of elements
     */
    public static void add(DType elements, MemorySegment memory, long first, long second, long output, long count) {
        boolean bfloat16 = Elements.isBFloat16(elements);
        long size = Elements.bytes(bfloat16);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(bfloat16, Elements.load(bfloat16, memory, first + i * size)
                    .add(Elements.load(bfloat16, memory, second + i * size)), memory, output + i * size);
        }
        for (; i < count; i++) {
            Elements.set(bfloat16, memory, output + i * size,
                    Elements.get(bfloat16, memory, first + i * size)
                            + Elements.get(bfloat16, memory, second + i * size));
        }
    }

    /**
     * Computes {@code output = factor * input} over {@code count} elements; both may be the same memory.
     *
     * @param from type of the input
     * @param to type of the output
     * @param memory memory of input and output
     * @param input place of (count) elements
     * @param factor factor of every element
     * @param output place of (count) elements
     * @param count number of elements
     */
    public static void scale(DType from, DType to, MemorySegment memory, long input, float factor, long output,
            long count) {
        boolean bfloat16 = Elements.isBFloat16(from);
        boolean bfloat16To = Elements.isBFloat16(to);
        long size = Elements.bytes(bfloat16);
        long sizeTo = Elements.bytes(bfloat16To);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(bfloat16To, Elements.load(bfloat16, memory, input + i * size).mul(factor), memory,
                    output + i * sizeTo);
        }
        for (; i < count; i++) {
            Elements.set(bfloat16To, memory, output + i * sizeTo,
                    Elements.get(bfloat16, memory, input + i * size) * factor);
        }
    }

    /**
     * Computes {@code output = (first + second) / 2} over {@code count} elements; any of them may be the same memory.
     *
     * @param elements type of all three
     * @param memory memory of all three
     * @param first place of (count) elements
     * @param second place of (count) elements
     * @param output place of (count) elements
     * @param count number of elements
     */
    public static void mean(DType elements, MemorySegment memory, long first, long second, long output, long count) {
        boolean bfloat16 = Elements.isBFloat16(elements);
        long size = Elements.bytes(bfloat16);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(bfloat16, Elements.load(bfloat16, memory, first + i * size)
                    .add(Elements.load(bfloat16, memory, second + i * size)).mul(0.5f), memory, output + i * size);
        }
        for (; i < count; i++) {
            Elements.set(bfloat16, memory, output + i * size, 0.5f
                    * (Elements.get(bfloat16, memory, first + i * size)
                            + Elements.get(bfloat16, memory, second + i * size)));
        }
    }

    /**
     * Computes the mean of each channel over each image of (images, pixels, channels).
     *
     * @param elements type of the images
     * @param ofMeans type of the means, (images, channels)
     * @param memory memory of images and means
     * @param input place of (images, pixels, channels)
     * @param output place of (images, channels)
     * @param images number of images
     * @param pixels number of pixels of an image
     * @param channels number of channels
     */
    public static void means(DType elements, DType ofMeans, MemorySegment memory, long input, long output, int images,
            int pixels, int channels) {
        boolean bfloat16 = Elements.isBFloat16(elements);
        boolean bfloat16Means = Elements.isBFloat16(ofMeans);
        long size = Elements.bytes(bfloat16);
        long meanSize = Elements.bytes(bfloat16Means);
        for (int n = 0; n < images; n++) {
            long from = input + (long) n * pixels * channels * size;
            long to = output + (long) n * channels * meanSize;
            int c = 0;
            for (; c + LANES <= channels; c += LANES) {
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int p = 0; p < pixels; p++) {
                    sum = sum.add(Elements.load(bfloat16, memory, from + ((long) p * channels + c) * size));
                }
                Elements.store(bfloat16Means, sum.div(pixels), memory, to + c * meanSize);
            }
            for (; c < channels; c++) {
                float sum = 0;
                for (int p = 0; p < pixels; p++) {
                    sum += Elements.get(bfloat16, memory, from + ((long) p * channels + c) * size);
                }
                Elements.set(bfloat16Means, memory, to + c * meanSize, sum / pixels);
            }
        }
    }

    /**
     * Computes the gradient of {@link #means}.
     *
     * @param elements type of the gradients of the images
     * @param ofMeans type of the gradients of the means
     * @param memory memory of both gradients
     */
    public static void spread(DType elements, DType ofMeans, MemorySegment memory, long outputGradient,
            long inputGradient, int images, int pixels,
            int channels) {
        boolean bfloat16 = Elements.isBFloat16(elements);
        boolean bfloat16Means = Elements.isBFloat16(ofMeans);
        long size = Elements.bytes(bfloat16);
        long meanSize = Elements.bytes(bfloat16Means);
        float share = 1f / pixels;
        for (int n = 0; n < images; n++) {
            long from = outputGradient + (long) n * channels * meanSize;
            long to = inputGradient + (long) n * pixels * channels * size;
            int c = 0;
            for (; c + LANES <= channels; c += LANES) {
                FloatVector each = Elements.load(bfloat16Means, memory, from + c * meanSize).mul(share);
                for (int p = 0; p < pixels; p++) {
                    Elements.store(bfloat16, each, memory, to + ((long) p * channels + c) * size);
                }
            }
            for (; c < channels; c++) {
                float each = Elements.get(bfloat16Means, memory, from + c * meanSize) * share;
                for (int p = 0; p < pixels; p++) {
                    Elements.set(bfloat16, memory, to + ((long) p * channels + c) * size, each);
                }
            }
        }
    }
}
