package dev.lethe.model;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lethe.kernels.Normalization;
import java.lang.foreign.MemorySegment;

/**
 * The filters of a whitening convolution: the eigenvectors of the second moments of an image's patches, each divided by
 * the root of its eigenvalue, and then all of them with their signs changed (Jordan, "94% on CIFAR-10 in 3.29 seconds",
 * 2024; Page, "How to train your ResNet", 2019).
 */
final class Whitening {
    /** So many of the first training images say enough. */
    private static final int IMAGES = 5_000;

    private Whitening() {}

    /** Filters of a kernel over so many channels. */
    static int count(int channels, int kernel) {
        return 2 * channels * kernel * kernel;
    }

    /** (O, C, K, K) for images of C channels, from the largest eigenvalue to the smallest. */
    static float[] filters(TrainingImages images, int kernel, double epsilon) {
        double[][] moments = moments(images, kernel);
        SymmetricEigen eigen = SymmetricEigen.of(moments);
        int size = moments.length;
        float[] filters = new float[2 * size * size];
        for (int k = 0; k < size; k++) {
            double scale = 1 / Math.sqrt(Math.max(0, eigen.values().get(k)) + epsilon);
            for (int i = 0; i < size; i++) {
                float value = (float) (scale * eigen.vectors().get(k)[i]);
                filters[k * size + i] = value;
                filters[(size + k) * size + i] = -value;
            }
        }
        return filters;
    }

    /**
     * The mean of {@code x_i x_j} over all patches x, (C, K, K) values of normalised pixels; from integer sums of
     * pixels, so that the result does not depend on any order.
     */
    static double[][] moments(TrainingImages images, int kernel) {
        int channels = images.shape().dim(3);
        int size = channels * kernel * kernel;
        long[][] products = new long[size][size]; // j <= i
        long[] sums = new long[size];
        int count = Math.min(IMAGES, images.shape().dim(0));
        int[] offsets = offsets(images, kernel);
        int[] image = new int[Math.toIntExact(images.shape().elementsPerExample())];
        for (int n = 0; n < count; n++) {
            read(images.pixels(), n, image);
            addPatches(images, kernel, image, offsets, products, sums);
        }
        double patches = (double) count * (images.shape().dim(1) - kernel + 1) * (images.shape().dim(2) - kernel + 1);
        double[][] moments = new double[size][size];
        Normalization normalization = images.normalization();
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                double scaleI = normalization.scale(i / kernel / kernel);
                double scaleJ = normalization.scale(j / kernel / kernel);
                double shiftI = normalization.shift(i / kernel / kernel);
                double shiftJ = normalization.shift(j / kernel / kernel);
                moments[i][j] = scaleI * scaleJ * products[i][j] / patches + scaleI * shiftJ * sums[i] / patches
                        + shiftI * scaleJ * sums[j] / patches + shiftI * shiftJ;
                moments[j][i] = moments[i][j];
            }
        }
        return moments;
    }

    /** Where the values of a patch, in the order (C, K, K), stand in an image of (H, W, C) behind its first. */
    private static int[] offsets(TrainingImages images, int kernel) {
        int channels = images.shape().dim(3);
        int[] offsets = new int[channels * kernel * kernel];
        for (int i = 0; i < offsets.length; i++) {
            int row = i / kernel % kernel;
            int column = i % kernel;
            offsets[i] = (row * images.shape().dim(2) + column) * channels + i / kernel / kernel;
        }
        return offsets;
    }

    private static void read(MemorySegment pixels, int n, int[] image) {
        for (int i = 0; i < image.length; i++) {
            image[i] = Byte.toUnsignedInt(pixels.get(JAVA_BYTE, (long) n * image.length + i));
        }
    }

    private static void addPatches(TrainingImages images, int kernel, int[] image, int[] offsets, long[][] products,
            long[] sums) {
        int channels = images.shape().dim(3);
        int columns = images.shape().dim(2) - kernel + 1;
        for (int row = 0; row + kernel <= images.shape().dim(1); row++) {
            int first = row * images.shape().dim(2) * channels;
            for (int i = 0; i < offsets.length; i++) {
                for (int at = first; at < first + columns * channels; at += channels) {
                    sums[i] += image[at + offsets[i]];
                }
                for (int j = 0; j <= i; j++) {
                    products[i][j] += product(image, first + offsets[i], first + offsets[j], columns, channels);
                }
            }
        }
    }

    private static long product(int[] image, int first, int second, int count, int step) {
        long sum = 0;
        for (int i = 0; i < count * step; i += step) {
            sum += (long) image[first + i] * image[second + i];
        }
        return sum;
    }
}
