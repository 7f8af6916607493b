package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Sums and multiples of activations, and means over the pixels of an image; offsets are in bytes. */
public final class PixelPass {
    private PixelPass() {}

    /** {@code output = first + second} over {@code count} elements; any of them may be the same memory. */
    public static void add(DType elements, MemorySegment memory, long first, long second, long output, long count) {
        boolean half = Elements.half(elements);
        long size = Elements.bytes(half);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(half, Elements.load(half, memory, first + i * size)
                    .add(Elements.load(half, memory, second + i * size)), memory, output + i * size);
        }
        for (; i < count; i++) {
            Elements.set(half, memory, output + i * size,
                    Elements.get(half, memory, first + i * size) + Elements.get(half, memory, second + i * size));
        }
    }

    /** {@code output = factor * input} over {@code count} elements; both may be the same memory. */
    public static void scale(DType from, DType to, MemorySegment memory, long input, float factor, long output,
            long count) {
        boolean half = Elements.half(from);
        boolean halfTo = Elements.half(to);
        long size = Elements.bytes(half);
        long sizeTo = Elements.bytes(halfTo);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(halfTo, Elements.load(half, memory, input + i * size).mul(factor), memory,
                    output + i * sizeTo);
        }
        for (; i < count; i++) {
            Elements.set(halfTo, memory, output + i * sizeTo, Elements.get(half, memory, input + i * size) * factor);
        }
    }

    /** {@code output = (first + second) / 2} over {@code count} elements; any of them may be the same memory. */
    public static void mean(DType elements, MemorySegment memory, long first, long second, long output, long count) {
        boolean half = Elements.half(elements);
        long size = Elements.bytes(half);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            Elements.store(half, Elements.load(half, memory, first + i * size)
                    .add(Elements.load(half, memory, second + i * size)).mul(0.5f), memory, output + i * size);
        }
        for (; i < count; i++) {
            Elements.set(half, memory, output + i * size, 0.5f
                    * (Elements.get(half, memory, first + i * size) + Elements.get(half, memory, second + i * size)));
        }
    }

    /**
     * The mean of each channel over each image of (images, pixels, channels).
     *
     * @param elements type of the images
     * @param ofMeans type of the means, (images, channels)
     */
    public static void means(DType elements, DType ofMeans, MemorySegment memory, long input, long output, int images,
            int pixels, int channels) {
        boolean half = Elements.half(elements);
        boolean halfMeans = Elements.half(ofMeans);
        long size = Elements.bytes(half);
        long meanSize = Elements.bytes(halfMeans);
        for (int n = 0; n < images; n++) {
            long from = input + (long) n * pixels * channels * size;
            long to = output + (long) n * channels * meanSize;
            int c = 0;
            for (; c + LANES <= channels; c += LANES) {
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int p = 0; p < pixels; p++) {
                    sum = sum.add(Elements.load(half, memory, from + ((long) p * channels + c) * size));
                }
                Elements.store(halfMeans, sum.div(pixels), memory, to + c * meanSize);
            }
            for (; c < channels; c++) {
                float sum = 0;
                for (int p = 0; p < pixels; p++) {
                    sum += Elements.get(half, memory, from + ((long) p * channels + c) * size);
                }
                Elements.set(halfMeans, memory, to + c * meanSize, sum / pixels);
            }
        }
    }

    /** The gradient of {@link #means}. */
    public static void spread(DType elements, DType ofMeans, MemorySegment memory, long outputGradient,
            long inputGradient, int images, int pixels,
            int channels) {
        boolean half = Elements.half(elements);
        boolean halfMeans = Elements.half(ofMeans);
        long size = Elements.bytes(half);
        long meanSize = Elements.bytes(halfMeans);
        float share = 1f / pixels;
        for (int n = 0; n < images; n++) {
            long from = outputGradient + (long) n * channels * meanSize;
            long to = inputGradient + (long) n * pixels * channels * size;
            int c = 0;
            for (; c + LANES <= channels; c += LANES) {
                FloatVector each = Elements.load(halfMeans, memory, from + c * meanSize).mul(share);
                for (int p = 0; p < pixels; p++) {
                    Elements.store(half, each, memory, to + ((long) p * channels + c) * size);
                }
            }
            for (; c < channels; c++) {
                float each = Elements.get(halfMeans, memory, from + c * meanSize) * share;
                for (int p = 0; p < pixels; p++) {
                    Elements.set(half, memory, to + ((long) p * channels + c) * size, each);
                }
            }
        }
    }
}
