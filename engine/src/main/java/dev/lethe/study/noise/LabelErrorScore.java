package dev.lethe.study.noise;

import dev.lethe.run.store.WeightedMeans;
import dev.lethe.tracker.rank.AverageRanks;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.select.Difficulty;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Scores by which wrong labels are looked for: the larger, the likelier wrong. */
public final class LabelErrorScore {
    /** Ours, see {@link #combined}. */
    static final String COMBINED = "combined";
    /** Forgetting events as counted, which are none where an example was never learned. */
    static final String FORGETTING = "forgetting";
    /** Forgetting events, never-learned examples above every count. */
    static final String NEVER_LEARNED_LAST = "never_learned_last";
    static final String AUM = "aum";
    static final String EL2N = "el2n";
    static final String CONFIDENCE = "confidence";
    static final String LOSS = "loss";

    private LabelErrorScore() {}

    /** All scores by name, {@link #COMBINED} first. */
    static Map<String, double[]> all(RunAggregate runs, List<WeightedMeans> weighted) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        scores.put(COMBINED, combined(weighted));
        scores.put(AUM, Difficulty.MARGIN.of(runs));
        scores.put(EL2N, Difficulty.EL2N.of(runs));
        scores.put(CONFIDENCE, Difficulty.CONFIDENCE.of(runs));
        scores.put(LOSS, Difficulty.LOSS.of(runs));
        scores.put(NEVER_LEARNED_LAST, Difficulty.FORGETTING.of(runs));
        scores.put(FORGETTING, IntStream.range(0, runs.examples()).mapToDouble(runs::forgettingEvents).toArray());
        return scores;
    }

    /** {@link #combined}, negative where the given label had more than half of the probability: nothing is suspect. */
    public static double[] suspicion(List<WeightedMeans> runs) {
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
     * The mean of two ranks, by margin and by confidence, each a mean over runs in which an epoch weighs the more, the
     * better the network generalised after it.
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
