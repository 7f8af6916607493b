package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitialTest {
    private static final int SIDE = 9;

    /** Makes images whose neighbouring pixels and colours are correlated, as in real ones. */
    private static ImageSample images(int count, int channels) {
        Random random = new Random(3);
        float[] pixels = new float[count * SIDE * SIDE * channels];
        for (int n = 0; n < count; n++) {
            double brightness = random.nextGaussian();
            for (int i = 0; i < SIDE * SIDE * channels; i++) {
                double before = i < channels ? 0 : pixels[n * SIDE * SIDE * channels + i - channels];
                pixels[n * SIDE * SIDE * channels + i] = (float) (0.3 * brightness + 0.6 * before
                        + 0.4 * random.nextGaussian());
            }
        }
        return new ImageSample(pixels, Shape.of(count, SIDE, SIDE, channels));
    }

    private static float[] values(Initial initial, Shape shape, ImageSample images) {
        return initial.values(new Initial.Layout(shape, shape.elementsPerExample(), 1), 1, 0, () -> images);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldWhitenPatches(int channels) {
        ImageSample images = images(200, channels);
        int size = channels * 4;
        float[] filters = values(Initial.WHITENING, Shape.of(2 * size, channels, 2, 2), images);
        double[][] products = new double[size][size];
        int count = 0;
        for (int n = 0; n < 200; n++) {
            for (int y = 0; y + 1 < SIDE; y++) {
                for (int x = 0; x + 1 < SIDE; x++) {
                    double[] out = filtered(images, filters, size, n, y, x);
                    count++;
                    for (int i = 0; i < size; i++) {
                        for (int j = 0; j < size; j++) {
                            products[i][j] += out[i] * out[j];
                        }
                    }
                }
            }
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                assertEquals(i == j ? 1 : 0, products[i][j] / count, 0.02, i + ", " + j);
            }
            for (int k = 0; k < size; k++) {
                assertEquals(-filters[i * size + k], filters[(size + i) * size + k], "the opposite of filter " + i);
            }
        }
    }

    private static double[] filtered(ImageSample images, float[] filters, int size, int n, int y, int x) {
        int channels = images.shape().dim(3);
        double[] out = new double[size];
        for (int f = 0; f < size; f++) {
            for (int i = 0; i < size; i++) {
                int row = y + i / 2 % 2;
                int column = x + i % 2;
                out[f] += filters[f * size + i]
                        * images.pixels()[((n * SIDE + row) * SIDE + column) * channels + i / 4];
            }
        }
        return out;
    }

    @Test
    void shouldFillUpWithTheUsualFiltersWhereThereAreMoreThanPatchesHaveValues() {
        Shape shape = Shape.of(24, 1, 2, 2);
        float[] whitening = values(Initial.WHITENING, shape, images(50, 1));
        float[] usual = values(Initial.UNIFORM_FAN_IN, shape, null);
        for (int i = 8 * 4; i < 24 * 4; i++) {
            assertEquals(usual[i], whitening[i]);
        }
    }

    @Test
    void shouldPassOnOneInputEachInTheFirstOutputs() {
        float[] dirac = values(Initial.DIRAC, Shape.of(3, 2, 3, 3), null);
        float[] usual = values(Initial.UNIFORM_FAN_IN, Shape.of(3, 2, 3, 3), null);
        float[] expected = usual.clone();
        Arrays.fill(expected, 0, 2 * 18, 0);
        expected[4] = 1; // output 0, input 0, middle
        expected[18 + 9 + 4] = 1; // output 1, input 1, middle
        assertArrayEquals(expected, dirac);
    }

    @Test
    void shouldFindTheEigenvectorsOfASymmetricMatrix() {
        int n = 12;
        Random random = new Random(5);
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] = random.nextGaussian();
                matrix[j][i] = matrix[i][j];
            }
        }
        double[][] diagonal = new double[n][];
        for (int i = 0; i < n; i++) {
            diagonal[i] = matrix[i].clone();
        }
        double[][] vectors = new double[n][n];
        SymmetricEigen.decompose(diagonal, vectors);
        for (int v = 0; v < n; v++) {
            double length = 0;
            for (int i = 0; i < n; i++) {
                double product = 0;
                for (int j = 0; j < n; j++) {
                    product += matrix[i][j] * vectors[j][v];
                }
                assertEquals(diagonal[v][v] * vectors[i][v], product, 1e-12, "vector " + v);
                length += vectors[i][v] * vectors[i][v];
            }
            assertEquals(1, length, 1e-12);
        }
        assertTrue(Math.abs(diagonal[0][1]) < 1e-12);
    }
}
