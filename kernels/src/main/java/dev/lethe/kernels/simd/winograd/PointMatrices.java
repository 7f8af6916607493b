package dev.lethe.kernels.simd.winograd;

import dev.lethe.kernels.simd.Panels;

/**
 * Equal matrices of floats, one for each point of Winograd's convolution. They stand a little apart: planes a power of
 * two apart would fall on the same places of the caches.
 *
 * @param points number of points
 * @param matrix rows and columns of each, and their order; columns are whole vectors
 */
public record PointMatrices(int points, Panels matrix) {
    private static final long GAP = 64; // bytes

    /** Returns the bytes from a point's matrix to the next. */
    public long plane() {
        return matrix.bytes() + GAP;
    }

    /** Returns the bytes of all matrices. */
    public long bytes() {
        return points * plane();
    }
}
