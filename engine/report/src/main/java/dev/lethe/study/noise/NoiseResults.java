package dev.lethe.study.noise;

import dev.lethe.data.LabelNoise;
import dev.lethe.study.EventShares;
import dev.lethe.study.StudySubject;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.score.Score;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Results of the noise study: {@code results.json}.
 *
 * @param data name of the data set
 * @param model network of the zoo
 * @param examples number of examples in the training set
 * @param epochs epochs of each run
 * @param seeds number of runs on wrong labels, and of runs on the right ones
 * @param labelNoise share of the examples with a wrong label
 * @param noiseKind choice of the wrong labels
 * @param noisyExamples number of examples with a wrong label
 * @param noisy the examples with a wrong label, in the runs on them
 * @param regular the other examples, in the same runs
 * @param before the examples that get a wrong label, in the runs on right ones
 * @param testAccuracyNoisy mean over the runs on wrong labels
 * @param testAccuracyClean mean over the runs on right labels
 * @param auroc AUROC by score, over all runs together
 * @param averagePrecision average precision by score
 * @param precisionAtCount precision by score, among as many examples as there are wrong labels
 * @param aurocAmongHard AUROC by score, among the examples that some run forgot or did not learn; empty where these are
 *        all right or all wrong
 * @param perSeed measures of each run alone
 */
record NoiseResults(String data, String model, int examples, int epochs, int seeds, double labelNoise,
        String noiseKind, int noisyExamples, Group noisy, Group regular, Group before, double testAccuracyNoisy,
        double testAccuracyClean, Map<String, Double> auroc, Map<String, Double> averagePrecision,
        Map<String, Double> precisionAtCount, Map<String, Double> aurocAmongHard, List<Seed> perSeed) {

    /**
     * A group of examples, mean over runs.
     *
     * @param unforgettableFraction share of the group that was learned and never forgotten
     * @param neverLearnedFraction share of the group that was never learned
     * @param meanEvents forgetting events of a learned example; NaN where none was learned
     * @param meanEventsOfAll forgetting events of an example, where those never learned count as 0
     */
    public record Group(double unforgettableFraction, double neverLearnedFraction, double meanEvents,
            double meanEventsOfAll) {
        static Group of(EventShares shares) {
            double learned = 1 - shares.neverLearned();
            return new Group(shares.unforgettable(), shares.neverLearned(), shares.meanEvents(),
                    learned > 0 ? shares.meanEvents() * learned : 0);
        }
    }

    /**
     * Detection by one run alone.
     *
     * @param seed seed of the run
     * @param testAccuracy accuracy after the last epoch
     * @param auroc AUROC by score
     * @param averagePrecision average precision by score
     * @param precisionAtCount precision by score, among as many examples as there are wrong labels
     */
    public record Seed(long seed, double testAccuracy, Map<String, Double> auroc, Map<String, Double> averagePrecision,
            Map<String, Double> precisionAtCount) {
        static Seed of(long seed, double testAccuracy, Map<Score, Detection> detections) {
            return new Seed(seed, testAccuracy, measured(detections, Detection::auroc),
                    measured(detections, Detection::averagePrecision),
                    measured(detections, Detection::precisionAtCount));
        }
    }

    /**
     * Makes the results.
     *
     * @param subject networks that were trained
     * @param noise wrong labels that were put in
     * @param runs scores of the runs
     * @param noisyAccuracies (seeds) test accuracies of the runs on wrong labels
     * @param cleanAccuracies (seeds) test accuracies of the runs on right labels
     */
    static NoiseResults of(StudySubject subject, LabelNoise noise, NoiseRuns runs, double[] noisyAccuracies,
            double[] cleanAccuracies) {
        Map<Score, Detection> detections = runs.detections();
        List<Map<Score, Detection>> alone = runs.detectionsPerSeed();
        return new NoiseResults(subject.data(), subject.model(), runs.noisy().getFirst().examples(), subject.epochs(),
                subject.seeds(), noise.share(), noise.kind().text(), runs.wrong().cardinality(),
                Group.of(runs.ofWrong()), Group.of(runs.ofRight()), Group.of(runs.before()),
                Arrays.stream(noisyAccuracies).average().orElseThrow(),
                Arrays.stream(cleanAccuracies).average().orElseThrow(), measured(detections, Detection::auroc),
                measured(detections, Detection::averagePrecision), measured(detections, Detection::precisionAtCount),
                runs.aurocAmongHard(), IntStream.range(0, alone.size())
                        .mapToObj(i -> Seed.of(i + 1, noisyAccuracies[i], alone.get(i))).toList());
    }

    /** Returns a measure of each detection by the name of the score in results. */
    private static Map<String, Double> measured(Map<Score, Detection> detections,
            ToDoubleFunction<Detection> measure) {
        Map<String, Double> values = new LinkedHashMap<>();
        detections.forEach((score, detection) -> values.put(score.text(), measure.applyAsDouble(detection)));
        return values;
    }

    /** Returns whether the networks learned most of the wrong labels. */
    boolean isMemorised() {
        return noisy.neverLearnedFraction() < 0.5;
    }
}
