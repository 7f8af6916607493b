package dev.lethe.model;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's method: for the few dozen rows of a covariance.
 *
 * @param values from the largest to the smallest
 * @param vectors of length 1, at right angles to each other, in the order of the values
 */
record SymmetricEigen(List<Double> values, List<double[]> vectors) {
    private static final int MOST_SWEEPS = 60; // it converges quadratically: less than ten are usual

    SymmetricEigen {
        values = List.copyOf(values);
        vectors = List.copyOf(vectors);
    }

    /**
     * Decomposes a matrix.
     *
     * @param matrix symmetric; stays as it is
     */
    static SymmetricEigen of(double[][] matrix) {
        int n = matrix.length;
        double[][] a = new double[n][];
        double[][] v = new double[n][n]; // rows become eigenvectors
        for (int i = 0; i < n; i++) {
            a[i] = matrix[i].clone();
            v[i][i] = 1;
        }
        for (int sweep = 0; sweep < MOST_SWEEPS && !isDiagonal(a); sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (a[p][q] != 0) {
                        rotate(a, v, p, q);
                    }
                }
            }
        }
        if (!isDiagonal(a)) {
            throw new ArithmeticException("no eigenvalues after sweeps=" + MOST_SWEEPS + ": the matrix is not finite");
        }
        List<Integer> order = IntStream.range(0, n).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> a[i][i]).reversed()).toList();
        return new SymmetricEigen(order.stream().map(i -> a[i][i]).toList(), order.stream().map(i -> v[i]).toList());
    }

    /** Whether what stands beside the diagonal is nothing to what stands on it. */
    private static boolean isDiagonal(double[][] a) {
        double on = 0;
        double beside = 0;
        for (int i = 0; i < a.length; i++) {
            on += a[i][i] * a[i][i];
            for (int j = 0; j < i; j++) {
                beside += a[i][j] * a[i][j];
            }
        }
        return beside <= 1e-30 * on;
    }

    /** Makes a[p][q] zero by turning the plane of rows p and q (Golub and Van Loan, "Matrix Computations", 8.5). */
    private static void rotate(double[][] a, double[][] v, int p, int q) {
        double tau = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double tangent = Math.copySign(1, tau) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        double sine = tangent * cosine;
        turnRows(a, p, q, cosine, sine);
        for (double[] row : a) {
            double left = row[p];
            row[p] = cosine * left - sine * row[q];
            row[q] = sine * left + cosine * row[q];
        }
        turnRows(v, p, q, cosine, sine);
    }

    private static void turnRows(double[][] m, int p, int q, double cosine, double sine) {
        for (int i = 0; i < m.length; i++) {
            double upper = m[p][i];
            m[p][i] = cosine * upper - sine * m[q][i];
            m[q][i] = sine * upper + cosine * m[q][i];
        }
    }
}
