package dev.lethe.kernels.op;

/**
 * Batch normalisation: {@code y = scale * (x - mean) / sqrt(variance + epsilon) + shift}, channel by channel.
 *
 * @param epsilon summand of the variance, which keeps the divisor above 0
 * @param momentum share of a batch in the running statistics, as PyTorch counts it: {@code running = (1 - momentum) *
 *        running + momentum * batch}; the running variance is the unbiased one
 * @param statistics source of mean and variance
 */
public record BatchNormSpec(double epsilon, double momentum, Statistics statistics) {

    /** The source of mean and variance. */
    public enum Statistics {
        /** The whole batch, however workers share it; it also updates the running statistics. */
        BATCH,
        /** The running statistics, which stay as they are: evaluation, and frozen layers in training. */
        RUNNING
    }

    /** Refuses impossible values by a sentence that names them. */
    public BatchNormSpec {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("batch norm epsilon=" + epsilon + ": it must be above 0");
        }
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException("batch norm momentum=" + momentum + ": it lies in [0, 1]");
        }
    }

    /** Returns a normalisation with PyTorch's defaults. */
    public static BatchNormSpec standard() {
        return new BatchNormSpec(1e-5, 0.1, Statistics.BATCH);
    }

    /** Returns this normalisation with the running statistics. */
    public BatchNormSpec running() {
        return new BatchNormSpec(epsilon, momentum, Statistics.RUNNING);
    }
}
