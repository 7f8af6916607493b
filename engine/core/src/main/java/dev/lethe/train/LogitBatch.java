package dev.lethe.train;

import java.util.Arrays;

/**
 * Logits of a batch, or of a part of one, for a {@link LossFunction}, and the place of what it computes of them. The
 * arrays are the batch's own: they are read and written in place, and only while the function is called.
 */
public final class LogitBatch {
    private final int classes;
    private final float[] logits; // (examples, classes)
    private final int[] labels; // (examples)
    private final int[] ids; // (examples)
    private final double[] losses; // (examples)
    private final float[] gradients; // (examples, classes)

    /**
     * Makes a batch whose losses are NaN and whose gradients are 0 until they are computed.
     *
     * @param logits logits, row-major: (examples, classes)
     * @param labels given class of each example: (examples)
     * @param ids id of each example: (examples)
     * @throws IllegalArgumentException when there are not as many logits of each example
     */
    public LogitBatch(float[] logits, int[] labels, int[] ids) {
        if (labels.length == 0 || ids.length != labels.length || logits.length % labels.length != 0) {
            throw new IllegalArgumentException(logits.length + " logits, " + labels.length + " labels and "
                    + ids.length + " ids make no batch: give a label, an id and as many logits for each example");
        }
        classes = logits.length / labels.length;
        this.logits = logits;
        this.labels = labels;
        this.ids = ids;
        losses = new double[labels.length];
        Arrays.fill(losses, Double.NaN);
        gradients = new float[logits.length];
    }

    /** Returns the number of examples. */
    public int examples() {
        return labels.length;
    }

    /** Returns the number of logits of an example. */
    public int classes() {
        return classes;
    }

    /** Returns the logits, row-major: (examples, classes). */
    public float[] logits() {
        return logits;
    }

    /** Returns the given class of each example: (examples). */
    public int[] labels() {
        return labels;
    }

    /** Returns the id of each example in the training set: (examples). */
    public int[] ids() {
        return ids;
    }

    /** Returns the array that receives the loss of each example: (examples). */
    public double[] losses() {
        return losses;
    }

    /**
     * Returns the array that receives the derivative of the sum of the losses with respect to each logit, row-major:
     * (examples, classes).
     */
    public float[] gradients() {
        return gradients;
    }

    /** Returns the logits of an example: (classes). */
    float[] logitsOf(int example) {
        return Arrays.copyOfRange(logits, example * classes, (example + 1) * classes);
    }
}
