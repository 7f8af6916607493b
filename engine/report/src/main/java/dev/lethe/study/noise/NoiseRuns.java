package dev.lethe.study.noise;

import dev.lethe.run.store.WeightedMeans;
import dev.lethe.study.EventShares;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores of runs on wrong labels, and of as many runs on the right ones.
 *
 * @param noisy runs on wrong labels, in the order of their seeds from 1
 * @param clean runs on the right labels
 * @param weighted weighted means of the runs on wrong labels
 * @param wrong examples with a wrong label
 */
record NoiseRuns(List<RunScores> noisy, List<RunScores> clean, List<WeightedMeans> weighted, BitSet wrong) {
    /** Returns the distribution of the examples with a wrong label, in the runs on them. */
    EventShares ofWrong() {
        return EventShares.of(forgetting(noisy), wrong);
    }

    /** Returns the distribution of the examples with a right label, in the same runs. */
    EventShares ofRight() {
        BitSet right = new BitSet();
        right.set(0, noisy.getFirst().examples());
        right.andNot(wrong);
        return EventShares.of(forgetting(noisy), right);
    }

    /** Returns the distribution of the examples that get a wrong label, in the runs on right ones. */
    EventShares before() {
        return EventShares.of(forgetting(clean), wrong);
    }

    private static List<ForgettingScores> forgetting(List<RunScores> runs) {
        return runs.stream().map(RunScores::forgetting).toList();
    }

    /** Returns the detection of wrong labels by each score, over all runs together. */
    Map<Score, Detection> detections() {
        return detections(noisy, weighted);
    }

    /** Returns the detection of wrong labels by each score, for each run alone. */
    List<Map<Score, Detection>> detectionsPerSeed() {
        List<Map<Score, Detection>> detections = new ArrayList<>();
        for (int i = 0; i < noisy.size(); i++) {
            detections.add(detections(noisy.subList(i, i + 1), weighted.subList(i, i + 1)));
        }
        return detections;
    }

    private Map<Score, Detection> detections(List<RunScores> runs, List<WeightedMeans> means) {
        Map<Score, Detection> detections = new LinkedHashMap<>();
        LabelSuspicion.byScore(RunAggregate.of(runs), means)
                .forEach((score, values) -> detections.put(score, Detection.of(values, wrong)));
        return detections;
    }

    /**
     * Returns the AUROC of each score among the examples that some run forgot or did not learn, where wrong labels must
     * be told from hard examples; empty where all or none of these are wrong.
     */
    Map<String, Double> aurocAmongHard() {
        RunAggregate runs = RunAggregate.of(noisy);
        int[] hard = IntStream.range(0, runs.examples()).filter(id -> !runs.unforgettable(id)).toArray();
        BitSet wrongOfHard = new BitSet();
        IntStream.range(0, hard.length).filter(i -> wrong.get(hard[i])).forEach(wrongOfHard::set);
        Map<String, Double> auroc = new LinkedHashMap<>();
        if (!wrongOfHard.isEmpty() && wrongOfHard.cardinality() < hard.length) {
            LabelSuspicion.byScore(runs, weighted).forEach((score, values) -> auroc.put(score.text(),
                    Detection.of(IntStream.of(hard).mapToDouble(id -> values[id]).toArray(), wrongOfHard).auroc()));
        }
        return auroc;
    }
}
