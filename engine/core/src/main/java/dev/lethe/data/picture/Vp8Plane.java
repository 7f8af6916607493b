package dev.lethe.data.picture;

import java.util.Arrays;

/**
 * Samples of one component of a VP8 frame, with a row above and a column to the left that predict the first blocks, and
 * a block to the right.
 */
final class Vp8Plane {
    private static final int ABOVE = 127;
    private static final int LEFT = 129;
    private static final int MOST = 255;

    final byte[] samples;
    final int stride;

    /** Makes a plane of a number of blocks of {@code size} by {@code size} samples. */
    Vp8Plane(int blocksAcross, int blocksDown, int size) {
        stride = blocksAcross * size + 1 + size;
        samples = new byte[(blocksDown * size + 1) * stride];
        Arrays.fill(samples, 0, stride, (byte) ABOVE);
        for (int at = stride; at < samples.length; at += stride) {
            samples[at] = (byte) LEFT;
        }
    }

    int offset(int x, int y) {
        return (y + 1) * stride + x + 1;
    }

    int at(int offset) {
        return samples[offset] & MOST;
    }

    /** Predicts a square from the row above it, the column to the left, or both. */
    void predict(Prediction mode, int x, int y, int size) {
        int start = offset(x, y);
        int mean = mode == Prediction.MEAN ? mean(start, size, y > 0, x > 0) : 0;
        int corner = at(start - stride - 1);
        for (int row = 0; row < size; row++) {
            int to = start + row * stride;
            int left = at(to - 1);
            for (int column = 0; column < size; column++) {
                int above = at(start - stride + column);
                samples[to + column] = (byte) switch (mode) {
                    case MEAN -> mean;
                    case ABOVE -> above;
                    case LEFT -> left;
                    case MOTION -> Math.clamp(left + above - corner, 0, MOST);
                };
            }
        }
    }

    private int mean(int start, int size, boolean hasAbove, boolean hasLeft) {
        if (!hasAbove && !hasLeft) {
            return 128;
        }
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += (hasAbove ? at(start - stride + i) : 0) + (hasLeft ? at(start + i * stride - 1) : 0);
        }
        int count = hasAbove && hasLeft ? 2 * size : size;
        return (sum + count / 2) / count;
    }

    /** Ways to predict a square. */
    enum Prediction {
        MEAN, MOTION, ABOVE, LEFT
    }

    /** Adds the inverse transform of 16 coefficients to a block of four by four samples. */
    void add(short[] coefficients, int first, int start) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int sum = coefficients[first + i] + coefficients[first + 8 + i];
            int difference = coefficients[first + i] - coefficients[first + 8 + i];
            int c = sine(coefficients[first + 4 + i]) - cosine(coefficients[first + 12 + i]);
            int d = cosine(coefficients[first + 4 + i]) + sine(coefficients[first + 12 + i]);
            columns[i] = sum + d;
            columns[4 + i] = difference + c;
            columns[8 + i] = difference - c;
            columns[12 + i] = sum - d;
        }
        for (int row = 0; row < 4; row++) {
            int at = 4 * row;
            int sum = columns[at] + 4 + columns[at + 2];
            int difference = columns[at] + 4 - columns[at + 2];
            int c = sine(columns[at + 1]) - cosine(columns[at + 3]);
            int d = cosine(columns[at + 1]) + sine(columns[at + 3]);
            int to = start + row * stride;
            add(to, sum + d);
            add(to + 1, difference + c);
            add(to + 2, difference - c);
            add(to + 3, sum - d);
        }
    }

    private void add(int to, int eighths) {
        samples[to] = (byte) Math.clamp(at(to) + (eighths >> 3), 0, MOST);
    }

    private static int cosine(int value) {
        return value + (value * 20_091 >> 16);
    }

    private static int sine(int value) {
        return value * 35_468 >> 16;
    }
}
