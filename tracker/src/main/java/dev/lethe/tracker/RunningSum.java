package dev.lethe.tracker;

/** A value that is summed over the presentations of each example, in float32. */
public enum RunningSum {
    /** The logit of the given label minus the largest other logit; its mean is the area under the margin (AUM). */
    MARGIN(0),
    /** The L2 norm of softmax minus one-hot (EL2N). */
    EL2N(1),
    /** The softmax probability of the given label; its mean is the confidence. */
    PROBABILITY(2),
    /** The square of the probability, from which the variability follows. */
    PROBABILITY_SQUARED(3),
    /** The cross-entropy, in nats. */
    LOSS(4);

    /** The number of sums of an example, which is the number of columns of arrays of sums. */
    public static final int COUNT = values().length;

    private final int column;

    RunningSum(int column) {
        this.column = column;
    }

    /**
     * Returns the column of this sum in arrays of sums, {@code [0, }{@link #COUNT}{@code )}. It is a part of the format
     * of history files and never changes.
     */
    public int column() {
        return column;
    }
}
