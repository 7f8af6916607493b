package dev.lethe.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Filters whose outputs on patches of images are uncorrelated and have mean square 1: eigenvectors of the patches'
 * covariance, each divided by the root of its eigenvalue, and their negatives (Keller Jordan, airbench94).
 */
final class Whitening {
    private static final double EPSILON = 5e-4; // added to eigenvalues, so that noise is not blown up

    private Whitening() {}

    /**
     * Returns the filters of the largest eigenvalues.
     *
     * @param images images that patches are taken from
     * @param side rows and columns of a patch
     * @param most largest number of filters
     * @return (filters, C, side, side) with at most {@code most} filters
     */
    static float[] filters(ImageSample images, int side, int most) {
        int channels = images.shape().dim(3);
        int size = channels * side * side;
        double[][] covariance = covariance(images, side);
        double[][] vectors = new double[size][size];
        SymmetricEigen.decompose(covariance, vectors);
        int[] order = IntStream.range(0, size).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -covariance[i][i])).mapToInt(i -> i).toArray();
        int pairs = Math.min(size, most / 2);
        float[] filters = new float[2 * pairs * size];
        for (int f = 0; f < pairs; f++) {
            double[] vector = column(vectors, order[f]);
            double scale = 1 / Math.sqrt(Math.max(0, covariance[order[f]][order[f]]) + EPSILON);
            for (int i = 0; i < size; i++) {
                filters[f * size + i] = (float) (scale * vector[i]);
                filters[(pairs + f) * size + i] = -filters[f * size + i];
            }
        }
        return filters;
    }

    /** Returns an eigenvector with its largest entry positive: its sign is arbitrary. */
    private static double[] column(double[][] vectors, int index) {
        double[] column = Arrays.stream(vectors).mapToDouble(row -> row[index]).toArray();
        double largest = Arrays.stream(column).reduce(0, (a, b) -> Math.abs(b) > Math.abs(a) ? b : a);
        return largest < 0 ? Arrays.stream(column).map(x -> -x).toArray() : column;
    }

    /**
     * Returns the mean product of any two values of a patch, whose order is (C, side, side). The means of the values
     * are not subtracted, as in airbench94: for normalised images they are nearly zero.
     */
    private static double[][] covariance(ImageSample images, int side) {
        int height = images.shape().dim(1);
        int width = images.shape().dim(2);
        int channels = images.shape().dim(3);
        int size = channels * side * side;
        double[][] products = new double[size][size];
        float[] patch = new float[size];
        long count = 0;
        for (int n = 0; n < images.shape().dim(0); n++) {
            for (int y = 0; y + side <= height; y++) {
                for (int x = 0; x + side <= width; x++) {
                    for (int i = 0; i < size; i++) {
                        int row = y + i / side % side;
                        int column = x + i % side;
                        int channel = i / (side * side);
                        patch[i] = images.pixels()[((n * height + row) * width + column) * channels + channel];
                    }
                    add(patch, products);
                    count++;
                }
            }
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                products[i][j] /= count;
                products[j][i] = products[i][j];
            }
        }
        return products;
    }

    private static void add(float[] patch, double[][] products) {
        for (int i = 0; i < patch.length; i++) {
            for (int j = 0; j <= i; j++) {
                products[i][j] += (double) patch[i] * patch[j];
            }
        }
    }
}
