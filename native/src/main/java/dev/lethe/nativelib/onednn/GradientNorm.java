package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.OptimizerOp;

/**
 * The norm of all gradients together: each worker leaves the squares of its slice before a barrier, all read them after
 * it, in the order of the workers, so that every worker gets the same bits.
 */
final class GradientNorm {
    private static final int APART = 64 / Double.BYTES; // a cache line for each worker

    private final float limit;
    private final double[] squares;

    /**
     * A norm.
     *
     * @param limit what a larger norm is scaled down to
     */
    GradientNorm(float limit, int workers) {
        this.limit = limit;
        squares = new double[workers * APART];
    }

    /** To be called by each worker before the barrier. */
    void leave(int worker, double squaresOfSlice) {
        squares[worker * APART] = squaresOfSlice;
    }

    /** What gradients are multiplied by, after the barrier. */
    float scale() {
        double sum = 0;
        for (int i = 0; i < squares.length; i += APART) {
            sum += squares[i];
        }
        return (float) OptimizerOp.Update.clipScale(limit, Math.sqrt(sum));
    }
}
