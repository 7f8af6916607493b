package dev.lethe.study.forgetting;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code results.json} of the forgetting study.
 *
 * @param study its name
 * @param data name of the data set
 * @param model of the zoo
 * @param backend that ran
 * @param examples in the training set
 * @param epochs of each run
 * @param seeds runs
 * @param unforgettableFraction share of the examples that every run learned and none forgot
 * @param meanEvents forgetting events a run and learned example, mean over the runs
 * @param pearsonBetweenSeeds mean over all pairs of runs of the correlation of their counts, over the examples that
 *        both learned; NaN for one run
 * @param perSeed one entry a run
 * @param paper the paper's figures for this data set, null where it has none
 */
public record ForgettingResults(String study, String data, String model, String backend, int examples, int epochs,
        int seeds, double unforgettableFraction, double meanEvents, double pearsonBetweenSeeds, List<Seed> perSeed,
        Paper paper) {

    /**
     * One run.
     *
     * @param seed of the run
     * @param unforgettableFraction share of the examples that the run learned and never forgot
     * @param meanEvents forgetting events a learned example
     * @param neverLearned examples that the run never predicted right
     * @param testAccuracy after the last epoch
     * @param imagesPerSecond presentations by the time of training
     * @param trainSeconds of all epochs, tracking included, evaluation not
     * @param trackerSeconds spent on tracking, commits included
     */
    public record Seed(long seed, double unforgettableFraction, double meanEvents, int neverLearned,
            double testAccuracy, double imagesPerSecond, double trainSeconds, double trackerSeconds) {}

    /**
     * Figures of Toneva et al., ICLR 2019, after 200 epochs.
     *
     * @param epochs of each run
     * @param unforgettableFractionOneSeed in one run
     * @param unforgettableFractionFiveSeeds in all of five runs
     * @param meanEvents of one run
     */
    public record Paper(int epochs, double unforgettableFractionOneSeed, double unforgettableFractionFiveSeeds,
            double meanEvents) {
        private static final int EPOCHS = 200;
        private static final Map<String, Paper> BY_DATA = Map.of("mnist", new Paper(EPOCHS, 0.958, 0.917, 0.102),
                "permuted-mnist", new Paper(EPOCHS, 0.882, 0.753, 0.362), "cifar10",
                new Paper(EPOCHS, 0.343, 0.313, 5.51));

        static Optional<Paper> of(String data) {
            return Optional.ofNullable(BY_DATA.get(data));
        }
    }
}
