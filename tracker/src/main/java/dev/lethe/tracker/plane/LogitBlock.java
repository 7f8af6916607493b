package dev.lethe.tracker.plane;

/**
 * The logits of up to {@value #ROWS} examples, and the predictions and scores computed from them. It consists of plain
 * arrays, which the caller and {@link PlaneKernels#score} fill; confined to one thread.
 */
public final class LogitBlock {
    /** The most examples of a block: whole vectors on every machine. */
    public static final int ROWS = 64;

    /** The most classes: an array holds twice the logits of a block. */
    private static final int MAX_CLASSES = Integer.MAX_VALUE / (2 * ROWS);

    private final int classes;
    private final float[] logits; // (ROWS, classes)
    private final int[] labels = new int[ROWS];
    private final int[] predicted = new int[ROWS];
    private final float[] margins = new float[ROWS];
    private final float[] el2n = new float[ROWS];
    private final float[] probabilities = new float[ROWS];
    private final float[] losses = new float[ROWS];
    private final float[] scratch;

    /**
     * Makes a block.
     *
     * @param classes
     *            the number of logits of an example, {@code [2, 2^24)}
     */
    public LogitBlock(int classes) {
        if (classes < 2) {
            throw new IllegalArgumentException("classes=" + classes + ": give at least 2, which a margin needs");
        }
        if (classes > MAX_CLASSES) {
            throw new IllegalArgumentException("classes=" + classes + ": give at most " + MAX_CLASSES
                    + ", of which an array holds the intermediate results of a block");
        }
        this.classes = classes;
        logits = new float[ROWS * classes];
        scratch = new float[2 * ROWS * classes];
    }

    /** Returns the number of logits of an example. */
    public int classes() {
        return classes;
    }

    /** Returns the logits, which the caller fills: ({@value #ROWS}, classes). */
    public float[] logits() {
        return logits;
    }

    /** Returns the labels, which the caller fills: ({@value #ROWS}), each in {@code [0, classes)}. */
    public int[] labels() {
        return labels;
    }

    /**
     * Returns the predictions, which a kernel fills: the class with the largest logit, the lowest of several such
     * classes; undefined where the margin is not finite.
     */
    public int[] predicted() {
        return predicted;
    }

    /**
     * Returns the margins, which a kernel fills: the logit of the label minus the largest other logit; NaN where a
     * logit is NaN.
     */
    public float[] margins() {
        return margins;
    }

    /**
     * Returns the EL2N scores, which a kernel fills: the L2 norm of softmax minus one-hot; NaN where the margin is not
     * finite.
     */
    public float[] el2n() {
        return el2n;
    }

    /** Returns the softmax probabilities of the labels, which a kernel fills; NaN where the margin is not finite. */
    public float[] probabilities() {
        return probabilities;
    }

    /** Returns the cross-entropies in nats, which a kernel fills; NaN where the margin is not finite. */
    public float[] losses() {
        return losses;
    }

    /** Returns memory for the intermediate results of kernels, of twice the size of {@link #logits}. */
    public float[] scratch() {
        return scratch;
    }
}
