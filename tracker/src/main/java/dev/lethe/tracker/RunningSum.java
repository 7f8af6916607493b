package dev.lethe.tracker;

/**
 * What is summed over the presentations of each example, in float32. The order is that in the file.
 */
public enum RunningSum {
    /** Logit of the given label minus the largest other logit; its mean is the area under the margin (AUM). */
    MARGIN,
    /** L2 norm of softmax minus one-hot. */
    EL2N,
    /** Softmax probability of the given label; its mean is the confidence. */
    PROBABILITY,
    /** Its square, from which the variability follows. */
    PROBABILITY_SQUARED,
    /** Cross-entropy, in nats. */
    LOSS;

    /** How many sums an example has. */
    public static final int COUNT = values().length;
}
