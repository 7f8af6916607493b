package dev.lethe.study;

import dev.lethe.study.run.WeightedMeans;
import dev.lethe.tracker.rank.AverageRanks;
import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores by which wrong labels are looked for: the larger, the likelier wrong. */
final class LabelErrorScore {
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
    private static final double AFTER_EVERY_COUNT = 0x1p32;

    private LabelErrorScore() {}

    /** All scores by name, {@link #COMBINED} first. */
    static Map<String, double[]> all(RunAggregate runs, List<WeightedMeans> weighted) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        scores.put(COMBINED, combined(weighted));
        scores.put(AUM, of(runs, id -> -runs.margin(id)));
        scores.put(EL2N, of(runs, runs::el2n));
        scores.put(CONFIDENCE, of(runs, id -> -runs.confidence(id)));
        scores.put(LOSS, of(runs, runs::loss));
        scores.put(NEVER_LEARNED_LAST,
                of(runs, id -> runs.forgettingEvents(id) + runs.neverLearnedRuns(id) * AFTER_EVERY_COUNT));
        scores.put(FORGETTING, of(runs, runs::forgettingEvents));
        return scores;
    }

    /** The score of an example. */
    private interface OfExample {
        double of(int id);
    }

    private static double[] of(RunAggregate runs, OfExample score) {
        double[] scores = new double[runs.examples()];
        Arrays.setAll(scores, score::of);
        return scores;
    }

    /** {@link #combined}, negative where the mean margin over the runs is not: there the given label was preferred. */
    static double[] suspicion(List<WeightedMeans> runs) {
        double[] scores = combined(runs);
        for (int id = 0; id < scores.length; id++) {
            double margin = 0;
            for (WeightedMeans run : runs) {
                margin += run.margin()[id];
            }
            scores[id] = margin < 0 ? scores[id] : -1;
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
