package dev.lethe.tracker.rank;

import java.util.Arrays;
import java.util.BitSet;

/**
 * How well a score finds some of the examples, for example those with a wrong label: every threshold of the score
 * finds the examples above it. Examples of the same score are found together, so that ties are worth what they are on
 * average. Immutable and safe from any number of threads.
 */
public final class Detection {
    private final int examples;
    private final int positives;
    /** By threshold, from the highest: examples found, and how many of them are positive. */
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
     *            (examples), the larger, the likelier; none is NaN, infinite ones are the first or last
     * @param positive
     *            the examples to find: at least one, and not all
     * @throws IllegalArgumentException
     *            if a score is NaN, or all or none of the examples are to be found
     */
    public static Detection of(double[] scores, BitSet positive) {
        int positives = positive.get(0, scores.length).cardinality();
        if (positives == 0 || positives == scores.length || positive.length() > scores.length) {
            throw new IllegalArgumentException("positives=" + positive.cardinality() + " of examples=" + scores.length
                    + ": some must be to find, and not all");
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

    /** How many thresholds there are; the highest is 0. */
    public int thresholds() {
        return found.length;
    }

    /** The share of the positives that are found. */
    public double recall(int threshold) {
        return (double) right[threshold] / positives;
    }

    /** The share of what is found that is positive. */
    public double precision(int threshold) {
        return (double) right[threshold] / found[threshold];
    }

    /** The share of the others that are found too. */
    public double falsePositiveRate(int threshold) {
        return (double) (found[threshold] - right[threshold]) / (examples - positives);
    }

    /**
     * The area under the ROC curve: how likely a positive has a higher score than another example, ties counted half.
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

    /** The mean precision over the positives, as scikit-learn defines it: no interpolation. */
    public double averagePrecision() {
        double sum = 0;
        double before = 0;
        for (int i = 0; i < found.length; i++) {
            sum += (recall(i) - before) * precision(i);
            before = recall(i);
        }
        return sum;
    }

    /** The precision where as many are found as there are positives; where ties go across, its expected value. */
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
