package dev.lethe.train;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Examples that a {@link Sampler} chooses for an epoch, in order, each with the weight of its loss.
 * Immutable.
 */
public final class EpochSample {
    private final int[] ids; // (presentations)
    private final float @Nullable [] weights; // (presentations); null if all are 1

    private EpochSample(int[] ids, float @Nullable [] weights) {
        this.ids = ids;
        this.weights = weights;
    }

    /**
     * Returns the sample of these examples, in this order; an example may come more than once.
     *
     * @param ids ids of the examples, as in the training set
     */
    public static EpochSample of(int... ids) {
        return new EpochSample(ids.clone(), null);
    }

    /**
     * Returns the sample with a weight for each presentation, a factor of its loss. The loss of a step stays the sum
     * over its batch divided by the number of presentations, not by the sum of the weights: a presentation of weight 2
     * changes the network as two of weight 1 would in a batch of the same size.
     *
     * @param perPresentation weights in the order of the presentations; 0 leaves the gradient of one out, negative ones
     *        turn it round
     * @throws IllegalArgumentException when their number is another one, or one is not a finite number
     */
    public EpochSample withWeights(float... perPresentation) {
        if (perPresentation.length != ids.length) {
            throw new IllegalArgumentException(perPresentation.length + " weights for " + ids.length
                    + " presentations: give one for each");
        }
        for (int i = 0; i < ids.length; i++) {
            if (!Float.isFinite(perPresentation[i])) {
                throw new IllegalArgumentException("presentation " + i + ", of example " + ids[i] + ", has weight="
                        + perPresentation[i] + ": give finite numbers");
            }
        }
        return new EpochSample(ids, perPresentation.clone());
    }

    /**
     * Returns the sample with a weight for each presentation that depends on its example alone.
     *
     * @param byExample weights by the examples' ids, as {@link #withWeights} takes them
     * @throws IllegalArgumentException when an example of the sample has no weight, or one is not a finite number
     */
    public EpochSample withWeightsOfExamples(float... byExample) {
        float[] perPresentation = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= byExample.length) {
                throw new IllegalArgumentException("example " + ids[i] + " has no weight among " + byExample.length
                        + ": give one for each example of the training set");
            }
            perPresentation[i] = byExample[ids[i]];
        }
        return withWeights(perPresentation);
    }

    /** Returns the ids of the examples, in the order of their presentations. */
    public int[] ids() {
        return ids.clone();
    }

    /** Returns the weight of each presentation. */
    public float[] weights() {
        if (weights != null) {
            return weights.clone();
        }
        float[] ones = new float[ids.length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Returns the number of presentations. */
    public int presentations() {
        return ids.length;
    }

    /**
     * Verifies that the sample can be presented.
     *
     * @param epoch number of the epoch, from 1
     * @param presentations number of presentations that the sampler has promised
     * @param examples number of training examples
     * @param repeated whether an example may come more than once
     */
    void requireFits(int epoch, int presentations, int examples, boolean repeated) {
        if (ids.length != presentations) {
            throw new IllegalArgumentException("the sampler gave " + ids.length + " presentations for epoch " + epoch
                    + " and said presentations=" + presentations + ": give as many, or say so in presentations()");
        }
        boolean[] seen = new boolean[examples];
        for (int id : ids) {
            if (id < 0 || id >= examples) {
                throw new IllegalArgumentException("the sampler gave example " + id + " for epoch " + epoch
                        + ": the training set has examples 0 to " + (examples - 1));
            }
            if (seen[id] && !repeated) {
                throw new IllegalArgumentException("the sampler gave example " + id + " twice for epoch " + epoch
                        + ": make the tracker with Repeats.KEPT, or give each example once");
            }
            seen[id] = true;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpochSample sample && Arrays.equals(ids, sample.ids)
                && Arrays.equals(weights, sample.weights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(ids), Arrays.hashCode(weights));
    }

    @Override
    public String toString() {
        return "sample of " + ids.length + " presentations of " + IntStream.of(ids).distinct().count() + " examples"
                + (weights == null ? "" : ", weighted");
    }
}
