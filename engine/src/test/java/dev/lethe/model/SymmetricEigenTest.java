package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 12, 31})
    void shouldDecomposeRandomMatrices(int n) {
        Random random = new Random(n);
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] = random.nextGaussian();
                matrix[j][i] = matrix[i][j];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(matrix);
        for (int k = 0; k < n; k++) {
            double[] vector = eigen.vectors().get(k);
            for (int i = 0; i < n; i++) {
                assertEquals(eigen.values().get(k) * vector[i], dot(matrix[i], vector), 1e-13 * n, "A v = lambda v");
                assertEquals(i == k ? 1 : 0, dot(eigen.vectors().get(i), vector), 1e-14 * n, "orthonormal");
            }
            assertTrue(k == 0 || eigen.values().get(k) <= eigen.values().get(k - 1), "from the largest on");
        }
    }

    @Test
    void shouldKnowTheEigenvaluesOfAMatrixWithEqualOnes() {
        SymmetricEigen eigen = SymmetricEigen.of(new double[][]{{2, 1, 1}, {1, 2, 1}, {1, 1, 2}});
        for (int k = 0; k < 3; k++) {
            assertEquals(List.of(4.0, 1.0, 1.0).get(k), eigen.values().get(k), 1e-14);
        }
    }

    @Test
    void shouldRefuseWhatIsNotANumber() {
        assertThrows(ArithmeticException.class,
                () -> SymmetricEigen.of(new double[][]{{1, Double.NaN}, {Double.NaN, 1}}));
    }

    private static double dot(double[] first, double[] second) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += first[i] * second[i];
        }
        return sum;
    }
}
