package dev.lethe.cli.options;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.train.Schedule;
import dev.lethe.train.TrainingConfig;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a network is trained: options of every command that trains. */
public final class RecipeOptions {
    @Option(names = "--model", defaultValue = "mnist-cnn", paramLabel = "NAME",
            completionCandidates = Choices.ModelNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String model;

    @Option(names = "--recipe", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: what the options below begin with. Default: mnist for mnist-cnn "
                    + "and mlp, airbench for airbench94, cifar for the others.")
    private Optional<Recipe> recipe;

    @Option(names = "--epochs", paramLabel = "N", description = "Default: the recipe's, or the preset's.")
    private Optional<Integer> epochs;

    @Option(names = "--batch", paramLabel = "N",
            description = "Presentations in a step. Default: 64; 128 for cifar, 1000 for airbench.")
    private Optional<Integer> batch;

    @Option(names = "--learning-rate", paramLabel = "RATE",
            description = "Default: 0.01; 0.1 for cifar, 1.46 for airbench; 0.001 for adamw.")
    private Optional<Float> learningRate;

    @Option(names = "--schedule", paramLabel = "NAME",
            description = "constant, multistep:60,120:0.2, cosine, onecycle, or warmup:5+ before one of them. "
                    + "Default: constant; for cifar a fifth of the rate after 30, 60 and 80%% of the epochs; for "
                    + "airbench onecycle.")
    private Optional<String> schedule;

    @Mixin
    private OptimizerOptions optimizer;

    @Mixin
    private TestOptions test;

    @Option(names = "--augment", paramLabel = "VIEWS",
            description = "none, or crop:PIXELS or reflect:PIXELS (at random; with :up-left or :down-right all "
                    + "alike), flip or flip:alternating, and cutout:SIDE joined with +. "
                    + "Default: none; crop:4+flip for cifar, reflect:2+flip:alternating for airbench.")
    private Optional<String> augmentation;

    @Option(names = "--label-smoothing", paramLabel = "SHARE",
            description = "Of the target, spread evenly over all classes. Default: 0; 0.2 for airbench.")
    private Optional<Float> labelSmoothing;

    public String model() {
        return model;
    }

    /** The recipe that is asked for, or the model's. */
    public Recipe recipe() {
        return recipe.orElseGet(() -> Recipe.of(model));
    }

    /**
     * The configuration that is asked for.
     *
     * @param epochsOtherwise where none are given
     * @throws IllegalArgumentException when an option has a bad value
     */
    public TrainingConfig config(long seed, int epochsOtherwise) {
        TrainingConfig config = recipe().config(seed, epochs.orElse(epochsOtherwise));
        return config.withBatch(batch.orElse(config.batch()))
                .withLearningRate(learningRate.orElse(optimizer.learningRate(config.learningRate())))
                .withOptimizer(optimizer.optimizer(config.optimizer()))
                .withSchedule(schedule.map(Schedule::parse).orElse(config.schedule()))
                .withAugmentation(augmentation.map(Augmentation::parse).orElse(config.augmentation()))
                .withLabelSmoothing(labelSmoothing.orElse(config.labelSmoothing()))
                .withUpdate(optimizer.update(config.update())).withTestViews(test.views().orElse(config.testViews()));
    }
}
