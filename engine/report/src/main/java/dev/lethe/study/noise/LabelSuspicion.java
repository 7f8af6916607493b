package dev.lethe.study.noise;

import dev.lethe.run.store.WeightedMeans;
import dev.lethe.tracker.rank.AverageRanks;
import dev.lethe.tracker.score.KnownScore;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.Score;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Suspicion that the labels of examples are wrong, by every score that is used to find wrong labels. */
public final class LabelSuspicion {
    private LabelSuspicion() {}

    /** Returns every score of label errors, (examples) each: the larger, the likelier the label is wrong. */
    static Map<Score, double[]> byScore(RunAggregate runs, List<WeightedMeans> weighted) {
        Map<Score, double[]> scores = new LinkedHashMap<>();
        for (KnownScore score : Score.ofLabelErrors()) {
            scores.put(score, score == Score.COMBINED ? combined(weighted) : score.hardness(runs));
        }
        return scores;
    }

    /**
     * Returns {@link #combined} where the given label is suspect, and a negative number where it had more than half of
     * the probability.
     *
     * @return (examples)
     */
    public static double[] ofSuspects(List<WeightedMeans> runs) {
        double[] scores = combined(runs);
        for (int id = 0; id < scores.length; id++) {
            double confidence = 0;
            for (WeightedMeans run : runs) {
                confidence += run.confidence()[id] / runs.size();
            }
            scores[id] = confidence < 0.5 ? scores[id] : -1;
        }
        return scores;
    }

    /**
     * Returns the mean of two ranks, by margin and by confidence. Both are means over runs that give more weight to
     * epochs after which the network generalised better.
     *
     * @return (examples), in [0, 1]
     */
    static double[] combined(List<WeightedMeans> runs) {
        int examples = runs.getFirst().margin().length;
        double[] margin = new double[examples];
        double[] confidence = new double[examples];
        for (WeightedMeans run : runs) {
            for (int id = 0; id < examples; id++) {
                margin[id] -= run.margin()[id];
                confidence[id] -= run.confidence()[id];
            }
        }
        double[] byMargin = AverageRanks.of(margin);
        double[] byConfidence = AverageRanks.of(confidence);
        double[] ranks = new double[examples];
        double most = Math.max(1, examples - 1);
        Arrays.setAll(ranks, id -> (byMargin[id] + byConfidence[id]) / 2 / most);
        return ranks;
    }
}
