package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;

/**
 * The means of each example's values over its presentations in all committed epochs: margin (Pleiss et al. 2020), EL2N
 * (Paul et al. 2021), confidence and variability (Swayamdipta et al. 2020), loss. All values of an example that was
 * never presented are NaN; one presentation with a value that is not finite makes that mean NaN or infinite.
 * <p>
 * Methods that take an id throw {@link IndexOutOfBoundsException} where there is no such example. Immutable and safe
 * from any number of threads; independent of the history it was computed from.
 */
public final class MeanScores {
    private final float[] margin;
    private final float[] el2n;
    private final float[] confidence;
    private final float[] variability;
    private final float[] loss;

    private MeanScores(History history) {
        EventCounts presentations = PlaneKernelChoice.inUse().count(history.planes(history.epochs()),
                PlaneEvent.PRESENTED);
        margin = means(history, RunningSum.MARGIN, presentations);
        el2n = means(history, RunningSum.EL2N, presentations);
        confidence = means(history, RunningSum.PROBABILITY, presentations);
        variability = deviations(history, presentations);
        loss = means(history, RunningSum.LOSS, presentations);
    }

    /**
     * Computes the means over all committed epochs. Those over fewer epochs are not known, because a history keeps only
     * the newest running sums.
     *
     * @param history
     *            the history of the run
     */
    public static MeanScores of(History history) {
        return new MeanScores(history);
    }

    private static float[] means(History history, RunningSum sum, EventCounts presentations) {
        float[] means = new float[presentations.examples()];
        for (int example = 0; example < means.length; example++) {
            means[example] = (float) mean(history, sum, example, presentations.get(example));
        }
        return means;
    }

    private static float[] deviations(History history, EventCounts presentations) {
        float[] deviations = new float[presentations.examples()];
        for (int example = 0; example < deviations.length; example++) {
            double mean = mean(history, RunningSum.PROBABILITY, example, presentations.get(example));
            double meanSquare = mean(history, RunningSum.PROBABILITY_SQUARED, example, presentations.get(example));
            double variance = meanSquare - mean * mean;
            // rounding of the float32 sums can leave a variance just below 0
            deviations[example] = (float) Math.sqrt(variance < 0 ? 0 : variance);
        }
        return deviations;
    }

    private static double mean(History history, RunningSum sum, int example, int presentations) {
        return presentations == 0 ? Double.NaN : (double) history.sum(sum, example) / presentations;
    }

    /** Returns the number of examples. */
    public int examples() {
        return margin.length;
    }

    /** Returns the mean margin of an example: the area under the margin, AUM. */
    public float margin(int example) {
        return margin[Indices.example(example, examples())];
    }

    /** Returns the mean L2 norm of an example's softmax minus one-hot. */
    public float el2n(int example) {
        return el2n[Indices.example(example, examples())];
    }

    /** Returns the mean probability of an example's given label. */
    public float confidence(int example) {
        return confidence[Indices.example(example, examples())];
    }

    /**
     * Returns the standard deviation (of the population) of the probability of an example's given label. The sums are
     * float32, so a deviation under about 0.001 cannot be told from 0.
     */
    public float variability(int example) {
        return variability[Indices.example(example, examples())];
    }

    /** Returns the mean cross-entropy of an example, in nats. */
    public float loss(int example) {
        return loss[Indices.example(example, examples())];
    }
}
