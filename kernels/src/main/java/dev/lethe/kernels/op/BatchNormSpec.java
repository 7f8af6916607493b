package dev.lethe.kernels.op;

/**
 * Batch normalisation: {@code y = scale * (x - mean) / sqrt(variance + epsilon) + shift}, channel by channel.
 *
 * @param epsilon added to the variance
 * @param momentum the share of a batch in the running statistics, as PyTorch counts it:
 *        {@code running = (1 - momentum) * running + momentum * batch}; the running variance is the unbiased one
 * @param statistics where mean and variance come from
 */
public record BatchNormSpec(double epsilon, double momentum, Statistics statistics) {

    /** Where mean and variance come from. */
    public enum Statistics {
        /** The batch, all of it, whoever computes which part; it then changes the running statistics. */
        BATCH,
        /** The running statistics, which stay as they are: evaluation, and frozen layers in training. */
        RUNNING
    }

    public BatchNormSpec {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("batch norm epsilon=" + epsilon + ": it must be above 0");
        }
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException("batch norm momentum=" + momentum + ": it lies in [0, 1]");
        }
    }

    /** PyTorch's defaults. */
    public static BatchNormSpec standard() {
        return new BatchNormSpec(1e-5, 0.1, Statistics.BATCH);
    }

    /** The same with the running statistics. */
    public BatchNormSpec running() {
        return new BatchNormSpec(epsilon, momentum, Statistics.RUNNING);
    }
}
