package dev.lethe.tracker.rank;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The ability of a score to find some of the examples, for example those with a wrong label: each threshold of the
 * score finds the examples at or above it. Examples of the same score are found together, so that ties count as they
 * would on average. Methods that take a threshold throw {@link IndexOutOfBoundsException} where there is no such one.
 * Immutable and safe from any number of threads.
 */
public final class Detection {
    private final int examples;
    private final int positives;
    /**
     * The number of examples found at each threshold, from the highest; beside it the number of positives among them.
     */
    private final int[] found;
    private final int[] right;

    private Detection(int examples, int positives, int[] found, int[] right) {
        this.examples = examples;
        this.positives = positives;
        this.found = found;
        this.right = right;
    }

    /**
     * Compares scores with the truth.
     *
     * @param scores
     *            (examples): larger scores mean likelier positives; none is NaN, infinite ones are the first or last
     * @param positive
     *            the examples to find: at least one, and not all
     * @throws IllegalArgumentException
     *             if a score is NaN, or all or none of the examples are to be found
     */
    public static Detection of(double[] scores, BitSet positive) {
        int positives = positive.get(0, scores.length).cardinality();
        if (positives == 0 || positives == scores.length || positive.length() > scores.length) {
            throw new IllegalArgumentException("positives=" + positive.cardinality() + " of examples=" + scores.length
                    + ": mark at least one example to find, and not all");
        }
        int[] order = Ranking.byScore(scores, Direction.DESCENDING, TieBreak.byId()).order();
        int[] found = new int[order.length];
        int[] right = new int[order.length];
        int thresholds = 0;
        int hits = 0;
        for (int i = 0; i < order.length; i++) {
            hits += positive.get(order[i]) ? 1 : 0;
            if (i + 1 == order.length || scores[order[i + 1]] != scores[order[i]]) {
                found[thresholds] = i + 1;
                right[thresholds] = hits;
                thresholds++;
            }
        }
        return new Detection(scores.length, positives, Arrays.copyOf(found, thresholds),
                Arrays.copyOf(right, thresholds));
    }

    /** Returns the number of thresholds; the highest one is threshold 0. */
    public int thresholds() {
        return found.length;
    }

    private int checked(int threshold) {
        if (threshold < 0 || threshold >= found.length) {
            throw new IndexOutOfBoundsException("threshold=" + threshold + " is not in [0, " + found.length
                    + "): there is one for each different score");
        }
        return threshold;
    }

    /** Returns the share of the positives that are found at a threshold. */
    public double recall(int threshold) {
        return (double) right[checked(threshold)] / positives;
    }

    /** Returns the share of positives among the examples that are found at a threshold. */
    public double precision(int threshold) {
        return (double) right[checked(threshold)] / found[threshold];
    }

    /** Returns the share of the negatives that are found at a threshold. */
    public double falsePositiveRate(int threshold) {
        return (double) (found[checked(threshold)] - right[threshold]) / (examples - positives);
    }

    /**
     * Returns the area under the ROC curve: the probability that a positive has a higher score than a negative, with
     * ties counted half.
     */
    public double auroc() {
        double area = 0;
        double beforeX = 0;
        double beforeY = 0;
        for (int i = 0; i < found.length; i++) {
            area += (falsePositiveRate(i) - beforeX) * (recall(i) + beforeY) / 2;
            beforeX = falsePositiveRate(i);
            beforeY = recall(i);
        }
        return area;
    }

    /** Returns the mean precision over the positives, as scikit-learn defines it: without interpolation. */
    public double averagePrecision() {
        double sum = 0;
        double before = 0;
        for (int i = 0; i < found.length; i++) {
            sum += (recall(i) - before) * precision(i);
            before = recall(i);
        }
        return sum;
    }

    /**
     * Returns the precision where as many examples are found as there are positives; where examples are tied there, its
     * expected value.
     */
    public double precisionAtCount() {
        int i = 0;
        while (found[i] < positives) {
            i++;
        }
        int foundBefore = i == 0 ? 0 : found[i - 1];
        int rightBefore = i == 0 ? 0 : right[i - 1];
        double ofTied = (double) (positives - foundBefore) / (found[i] - foundBefore);
        return (rightBefore + ofTied * (right[i] - rightBefore)) / positives;
    }
}
