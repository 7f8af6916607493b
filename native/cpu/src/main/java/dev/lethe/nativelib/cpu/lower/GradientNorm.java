package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.OptimizerOp;

/**
 * The norm of all gradients together: each worker leaves the squares of its slice before a barrier, all read them after
 * it, in the order of the workers, so that every worker gets the same bits.
 */
public final class GradientNorm {
    private static final int APART = 64 / Double.BYTES; // a cache line for each worker

    private final float limit;
    private final double[] squares; // (workers, APART): the first of each row counts

    /**
     * Makes a norm of the gradients that a team holds.
     *
     * @param limit norm to which a larger one is scaled down
     * @param workers size of the team
     */
    public GradientNorm(float limit, int workers) {
        this.limit = limit;
        squares = new double[workers * APART];
    }

    /** Keeps the squares of a worker's slice; each worker calls it before the barrier. */
    void leave(int worker, double squaresOfSlice) {
        squares[worker * APART] = squaresOfSlice; // plain: the barrier orders it before the others' reads
    }

    /** Returns the factor that gradients are multiplied by; each worker calls it after the barrier. */
    float scale() {
        double sum = 0;
        for (int i = 0; i < squares.length; i += APART) {
            sum += squares[i];
        }
        return (float) OptimizerOp.Update.clipScale(limit, Math.sqrt(sum));
    }
}
