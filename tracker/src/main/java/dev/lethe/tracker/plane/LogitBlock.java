package dev.lethe.tracker.plane;

/**
 * Up to {@value #ROWS} examples' logits, and what they say about each example. Plain arrays, filled by the caller and
 * by {@link PlaneKernels#score}; confined to one thread.
 */
public final class LogitBlock {
    /** Most examples of a block: whole vectors on every machine. */
    public static final int ROWS = 64;

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
     * A block.
     *
     * @param classes
     *            logits of an example, at least 2
     */
    public LogitBlock(int classes) {
        if (classes < 2) {
            throw new IllegalArgumentException("classes=" + classes + ": a margin needs at least 2");
        }
        this.classes = classes;
        logits = new float[ROWS * classes];
        scratch = new float[2 * ROWS * classes];
    }

    /** Logits of an example. */
    public int classes() {
        return classes;
    }

    /** In: ({@value #ROWS}, classes). */
    public float[] logits() {
        return logits;
    }

    /** In: the label of each example, {@code [0, classes)}. */
    public int[] labels() {
        return labels;
    }

    /** Out: the class with the largest logit, the lowest of several; undefined where the margin is not finite. */
    public int[] predicted() {
        return predicted;
    }

    /** Out: logit of the label minus the largest other logit; NaN where a logit is NaN. */
    public float[] margins() {
        return margins;
    }

    /** Out: L2 norm of softmax minus one-hot; NaN where the margin is not finite, like the next two. */
    public float[] el2n() {
        return el2n;
    }

    /** Out: softmax probability of the label. */
    public float[] probabilities() {
        return probabilities;
    }

    /** Out: cross-entropy, in nats. */
    public float[] losses() {
        return losses;
    }

    /** For kernels: twice the size of {@link #logits}. */
    public float[] scratch() {
        return scratch;
    }
}
