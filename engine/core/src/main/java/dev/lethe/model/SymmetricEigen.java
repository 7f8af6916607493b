package dev.lethe.model;

import java.util.Arrays;

/** Eigenvalues and eigenvectors of small symmetric matrices by Jacobi's rotations. */
final class SymmetricEigen {
    private static final int MOST_SWEEPS = 100;
    private static final double PRECISION = 1e-15;

    private SymmetricEigen() {}

    /**
     * Decomposes a matrix.
     *
     * @param matrix symmetric matrix; its diagonal becomes the eigenvalues, the rest nearly zero
     * @param vectors receives the eigenvectors as columns
     */
    static void decompose(double[][] matrix, double[][] vectors) {
        int n = matrix.length;
        for (int i = 0; i < n; i++) {
            Arrays.fill(vectors[i], 0);
            vectors[i][i] = 1;
        }
        double limit = PRECISION * norm(matrix, true);
        for (int sweep = 0; sweep < MOST_SWEEPS && norm(matrix, false) > limit; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotate(matrix, vectors, p, q);
                }
            }
        }
    }

    /** Returns the norm of all entries, or of those off the diagonal. */
    private static double norm(double[][] matrix, boolean all) {
        double sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                sum += all || i != j ? matrix[i][j] * matrix[i][j] : 0;
            }
        }
        return Math.sqrt(sum);
    }

    /** Makes one entry off the diagonal zero (Golub and Van Loan, Matrix Computations, section 8.5). */
    private static void rotate(double[][] a, double[][] vectors, int p, int q) {
        if (a[p][q] == 0) {
            return;
        }
        double tau = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        double c = 1 / Math.sqrt(1 + t * t);
        double s = t * c;
        for (double[] row : a) {
            double x = row[p];
            row[p] = c * x - s * row[q];
            row[q] = s * x + c * row[q];
        }
        for (int k = 0; k < a.length; k++) {
            double x = a[p][k];
            a[p][k] = c * x - s * a[q][k];
            a[q][k] = s * x + c * a[q][k];
        }
        for (double[] row : vectors) {
            double x = row[p];
            row[p] = c * x - s * row[q];
            row[q] = s * x + c * row[q];
        }
    }
}
