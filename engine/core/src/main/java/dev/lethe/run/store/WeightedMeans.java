package dev.lethe.run.store;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.run.RunException;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Means over presentations in which an epoch weighs the more, the better the network generalised after it: the weight
 * is the test error to the power of -8, so that an epoch with twice the least error hardly counts, and less where the
 * network has memorised, which is where it does better on training images than on test images. Predictions early, when
 * the network knows little, and late, when it has memorised wrong labels, tell less about whether a label is right than
 * those between (docs/decisions/0010-combined-score.md). Immutable by convention: nobody writes to the arrays.
 *
 * @param margin (examples): the logit of the label less the largest other
 * @param confidence (examples): the probability of the label
 */
public record WeightedMeans(float[] margin, float[] confidence) {
    private static final String MARGIN = "weighted_margin";
    private static final String CONFIDENCE = "weighted_confidence";
    private static final String WEIGHT = "weighted_total";
    static final String MARGIN_FILE = MARGIN + ".npy";
    static final String CONFIDENCE_FILE = CONFIDENCE + ".npy";
    private static final int POWER = 8;
    /** Test sets are too small to tell smaller errors apart; it also keeps weights within the range of a float. */
    private static final double LEAST_ERROR = 1e-4;
    /** So that epochs weigh something where a network memorises from the first on. */
    private static final double MOST_MEMORISED = 0.95;

    /**
     * Returns the weight of an epoch: {@code error^-8 (1 - memorised)^2}, where {@code memorised} is the share of the
     * test error that the training images do not have, at most 0.95.
     *
     * @param train accuracy on training images as they were presented
     * @param test accuracy on test images after the epoch
     */
    public static double weight(double train, double test) {
        double error = Math.max(1 - test, LEAST_ERROR);
        double memorised = Math.clamp((train - test) / error, 0, MOST_MEMORISED);
        return Math.pow(error, -POWER) * (1 - memorised) * (1 - memorised);
    }

    /** Writes both as arrays for NumPy. */
    public void write(Path run) throws IOException {
        NpyFile.write(run.resolve(MARGIN_FILE), NumpyArray.of(margin));
        NpyFile.write(run.resolve(CONFIDENCE_FILE), NumpyArray.of(confidence));
    }

    /** The means of the epochs so far; each new one moves them by its part of the total weight. */
    public static final class Sums {
        private final float[] margin;
        private final float[] confidence;
        /** Total weight of the epochs that presented each example: the same for all, unless a sampler left some out. */
        private final float[] totals;

        /** Begins with means of no epoch. */
        public Sums(int examples) {
            margin = new float[examples];
            confidence = new float[examples];
            totals = new float[examples];
        }

        /** Adds the presentations of an epoch. */
        public void add(PresentationColumns presentations, EpochMetrics epoch) {
            float weight = (float) weight(epoch.trainAccuracy(), epoch.testAccuracy());
            for (int i = 0; i < presentations.rows(); i++) {
                int id = presentations.ids().getAtIndex(JAVA_INT, i);
                totals[id] += weight;
                float part = weight / totals[id];
                margin[id] += part * (presentations.margins().getAtIndex(JAVA_FLOAT, i) - margin[id]);
                confidence[id] += part * (presentations.probabilities().getAtIndex(JAVA_FLOAT, i) - confidence[id]);
            }
        }

        /** Returns the means so far. */
        public WeightedMeans means() {
            return new WeightedMeans(margin.clone(), confidence.clone());
        }

        /** For a checkpoint. */
        public Map<String, NamedArray> arrays() {
            List<Integer> shape = List.of(margin.length);
            return NamedArray.byName(List.of(NamedArray.of(MARGIN, shape, margin),
                    NamedArray.of(CONFIDENCE, shape, confidence),
                    totalsForCheckpoint()));
        }

        /** Returns one number where it stands for all examples, as it always did before there were samplers. */
        private NamedArray totalsForCheckpoint() {
            for (float each : totals) {
                if (each != totals[0]) {
                    return NamedArray.of(WEIGHT, List.of(totals.length), totals);
                }
            }
            return NamedArray.of(WEIGHT, List.of(1), new float[]{totals[0]});
        }

        /** Goes on from a checkpoint. */
        public void restore(Map<String, NamedArray> arrays) {
            copy(arrays, MARGIN, margin);
            copy(arrays, CONFIDENCE, confidence);
            NamedArray weight = arrays.get(WEIGHT);
            if (weight != null && weight.floats().length == 1) {
                Arrays.fill(totals, weight.floats()[0]);
            } else {
                copy(arrays, WEIGHT, totals);
            }
        }

        private static void copy(Map<String, NamedArray> arrays, String name, float[] to) {
            NamedArray array = arrays.get(name);
            if (array == null || array.floats().length != to.length) {
                throw new RunException("the checkpoint has no " + name + " of " + to.length
                        + " values: it is of another version; train again in another output folder");
            }
            System.arraycopy(array.floats(), 0, to, 0, to.length);
        }
    }
}
