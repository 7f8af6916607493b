package dev.lethe.study.noise;

import dev.lethe.study.EventShares;
import java.util.List;
import java.util.Map;

/**
 * {@code results.json} of the noise study.
 *
 * @param data name of the data set
 * @param model of the zoo
 * @param examples in the training set
 * @param epochs of each run
 * @param seeds runs on wrong labels, and as many on the right ones
 * @param labelNoise share of the examples with a wrong label
 * @param noiseKind how wrong labels were chosen
 * @param noisyExamples how many there are
 * @param noisy the examples with a wrong label, in the runs on them
 * @param regular the others, in the same runs
 * @param before the examples that get a wrong label, in the runs on right ones
 * @param testAccuracyNoisy mean over the runs on wrong labels
 * @param testAccuracyClean mean over the runs on right labels
 * @param auroc by score, over all runs together
 * @param averagePrecision by score
 * @param precisionAtCount by score: precision among as many as there are wrong labels
 * @param aurocAmongHard by score, among the examples that some run forgot or did not learn, where wrong labels must be
 *        told from hard examples; empty where these are all right or all wrong
 * @param perSeed the first three of each run alone
 */
public record NoiseResults(String data, String model, int examples, int epochs, int seeds, double labelNoise,
        String noiseKind, int noisyExamples, Group noisy, Group regular, Group before, double testAccuracyNoisy,
        double testAccuracyClean, Map<String, Double> auroc, Map<String, Double> averagePrecision,
        Map<String, Double> precisionAtCount, Map<String, Double> aurocAmongHard, List<Seed> perSeed) {

    /**
     * A group of examples.
     *
     * @param unforgettableFraction learned and never forgotten, of the group, mean over runs
     * @param neverLearnedFraction never learned
     * @param meanEvents forgetting events of a learned example; NaN where none was learned
     * @param meanEventsOfAll the same over all examples, those never learned counted as 0
     */
    public record Group(double unforgettableFraction, double neverLearnedFraction, double meanEvents,
            double meanEventsOfAll) {
        static Group of(EventShares shares) {
            double learned = 1 - shares.neverLearned();
            return new Group(shares.unforgettable(), shares.neverLearned(),
                    shares.meanEvents(), learned > 0 ? shares.meanEvents() * learned : 0);
        }
    }

    /** Detection by one run alone. */
    public record Seed(long seed, double testAccuracy, Map<String, Double> auroc, Map<String, Double> averagePrecision,
            Map<String, Double> precisionAtCount) {}
}
