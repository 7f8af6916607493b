package dev.lethe.study.forgetting;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Results of the forgetting study: {@code results.json}.
 *
 * @param study name of the study
 * @param data name of the data set
 * @param model network of the zoo
 * @param backend backend that trained
 * @param examples number of examples in the training set
 * @param epochs epochs of each run
 * @param seeds number of runs
 * @param unforgettableFraction share of the examples that every run learned and none forgot
 * @param meanEvents forgetting events of a learned example in a run, mean over the runs
 * @param pearsonBetweenSeeds mean over all pairs of runs of the correlation of their counts, over the examples that
 *        both learned; NaN for one run
 * @param perSeed measures of each run
 * @param paper the paper's figures for this data set; null where it has none
 */
record ForgettingResults(String study, String data, String model, String backend, int examples, int epochs,
        int seeds, double unforgettableFraction, double meanEvents, double pearsonBetweenSeeds, List<Seed> perSeed,
        @Nullable Paper paper) {

    /**
     * Measures of one run.
     *
     * @param seed seed of the run
     * @param unforgettableFraction share of the examples that the run learned and never forgot
     * @param meanEvents forgetting events of a learned example
     * @param neverLearned number of examples that the run never predicted right
     * @param testAccuracy accuracy after the last epoch
     * @param imagesPerSecond presentations in a second of training
     * @param trainSeconds time of all epochs, with tracking and without evaluation
     * @param trackerSeconds time of tracking, with commits
     */
    public record Seed(long seed, double unforgettableFraction, double meanEvents, int neverLearned,
            double testAccuracy, double imagesPerSecond, double trainSeconds, double trackerSeconds) {}

    /**
     * Figures of Toneva et al., ICLR 2019, after 200 epochs.
     *
     * @param epochs epochs of each run
     * @param unforgettableFractionOneSeed share of the examples that are unforgettable in one run
     * @param unforgettableFractionFiveSeeds share of the examples that are unforgettable in all of five runs
     * @param meanEvents forgetting events of a learned example in one run
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
