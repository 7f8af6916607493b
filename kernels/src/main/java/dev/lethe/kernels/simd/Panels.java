package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;

/**
 * The layout of a matrix of floats as panels, which are groups of neighbouring columns: (panel, row, column of the
 * panel). A kernel that multiplies by a panel reads it from front to back. The columns are padded to whole vectors, so
 * that the last panel may be narrower than the others. A single panel as wide as the matrix is the row-major order.
 *
 * @param rows rows of the matrix
 * @param columns columns of the matrix, without padding
 * @param width columns of a panel, in whole vectors
 */
public record Panels(int rows, int columns, int width) {
    /**
     * The largest number of vectors in a row of a panel that, with its accumulators, fits the processor's registers.
     */
    public static final int MOST_VECTORS = hasManyRegisters() ? 4 : 2;

    public Panels {
        if (width < LANES || width % LANES != 0) {
            throw new IllegalArgumentException(
                    "panels of width=" + width + " columns: take a multiple of " + LANES + ", the lanes of a vector");
        }
    }

    /** Tells whether the processor has 32 vector registers: x86 with vectors shorter than 512 bits has 16. */
    private static boolean hasManyRegisters() {
        return LANES >= 16 || System.getProperty("os.arch").equals("aarch64");
    }

    /** Returns the panels that kernels multiply by. */
    public static Panels of(int rows, int columns) {
        return new Panels(rows, columns, MOST_VECTORS * LANES);
    }

    /** Returns the row-major order, with padding behind every row. */
    public static Panels rowMajor(int rows, int columns) {
        return new Panels(rows, columns, padded(columns));
    }

    /** Returns the number of columns, padded to whole vectors. */
    public static int padded(int columns) {
        return (columns + LANES - 1) / LANES * LANES;
    }

    /** Returns the number of panels. */
    public int count() {
        return (columns + width - 1) / width;
    }

    /** Returns the number of columns of the matrix in a panel, without padding. */
    public int columns(int panel) {
        return Math.min(width, columns - panel * width);
    }

    /** Returns the vectors in a row of a panel. */
    public int vectors(int panel) {
        return padded(columns(panel)) / LANES;
    }

    /** Returns the bytes before a panel. */
    public long start(int panel) {
        return (long) panel * rows * width * BYTES;
    }

    /** Returns the bytes before an element. */
    public long offset(int row, int column) {
        int panel = column / width;
        return start(panel) + ((long) row * padded(columns(panel)) + column - panel * width) * BYTES;
    }

    /** Returns the bytes of the matrix, with padding. */
    public long bytes() {
        return (long) rows * padded(columns) * BYTES;
    }
}
