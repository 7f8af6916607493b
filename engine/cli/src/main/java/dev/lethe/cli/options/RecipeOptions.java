package dev.lethe.cli.options;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.train.Schedule;
import dev.lethe.train.TrainingConfig;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the training of a network, of every command that trains. */
public final class RecipeOptions {
    @Option(names = "--model", defaultValue = "mnist-cnn", paramLabel = "NAME",
            completionCandidates = Choices.ModelNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String model;

    @Option(names = "--recipe", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: values of the options below where they are not given. "
                    + "Default: mnist for mnist-cnn "
                    + "and mlp, airbench for airbench94, cifar for the others.")
    private Optional<Recipe> recipe;

    @Option(names = "--epochs", paramLabel = "N",
            description = "Epochs of a run. Default: the recipe's, or the preset's.")
    private Optional<Integer> epochs;

    @Option(names = "--batch", paramLabel = "N",
            description = "Presentations in a step. Default: 64; 128 for cifar, 1000 for airbench.")
    private Optional<Integer> batch;

    @Option(names = "--learning-rate", paramLabel = "RATE",
            description = "Base learning rate. Default: 0.01; 0.1 for cifar, 1.46 for airbench; 0.001 for adamw.")
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
            description = "Share of the target that is spread evenly over all classes. Default: 0; 0.2 for airbench.")
    private Optional<Float> labelSmoothing;

    /** Returns the name of the network. */
    public String model() {
        return model;
    }

    /** Returns the recipe that was given, or the model's. */
    public Recipe recipe() {
        return recipe.orElseGet(() -> Recipe.of(model));
    }

    /**
     * Reads the configuration of a run.
     *
     * @param seed seed of the run
     * @param epochsOtherwise number of epochs where none is given
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
