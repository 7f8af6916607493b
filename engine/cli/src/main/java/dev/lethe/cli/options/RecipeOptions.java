package dev.lethe.cli.options;

import dev.lethe.data.DataSet;
import dev.lethe.data.NamedDataSet;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.model.ModelZoo;
import dev.lethe.run.DataSource;
import dev.lethe.train.Schedule;
import dev.lethe.train.TrainingConfig;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the training of a network, of every command that trains. */
public final class RecipeOptions {
    @Option(names = "--model", paramLabel = "NAME", completionCandidates = Choices.ModelNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: the one that fits the images, mnist-cnn for small gray "
                    + "ones, resnet20 for others; sets of fewer than 5,000 images then get smaller batches and 40 "
                    + "epochs.")
    private Optional<String> model;

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

    private @Nullable FittedRecipe fitted; // null where a network was named

    /**
     * Chooses network, batch and epochs by the data where no network was named. To be called before they are asked for.
     *
     * @param source data set to train on, which is read where that is needed
     * @param notices receives a sentence about the choice, and sentences about the work of reading
     * @param usual number of epochs of a recipe's runs
     * @throws IllegalArgumentException when a network was named that there is not
     */
    public void fit(DataSource source, ToIntFunction<Recipe> usual, Consumer<String> notices) {
        if (model.isPresent()) {
            ModelZoo.requireKnown(model.get());
            return;
        }
        Optional<NamedDataSet> named = NamedDataSet.of(source.name());
        if (named.isPresent()) {
            fitted = FittedRecipe.of(named.get());
            return;
        }
        DataSet data = source.load(_ -> {
            // told when the runs read it
        }, notices);
        fitted = FittedRecipe.of(data.train());
        TrainingConfig config = config(1, usual.applyAsInt(recipe()));
        notices.accept(fitted.reason(data, "batch " + config.batch() + ", " + config.epochs() + " epochs"));
    }

    /** Returns the name of the network. */
    public String model() {
        return model.orElseGet(() -> fitted().model());
    }

    /** Returns the network, batch and epochs that fit a data set, and a smaller size of large images. */
    public static String fitting(DataSet data) {
        FittedRecipe recipe = NamedDataSet.of(data.name()).map(FittedRecipe::of)
                .orElseGet(() -> FittedRecipe.of(data.train()));
        return recipe.text(data.train());
    }

    private FittedRecipe fitted() {
        return Objects.requireNonNull(fitted, "no network is named, and none was chosen yet");
    }

    /** Returns the recipe that was given, or the model's. */
    public Recipe recipe() {
        return recipe.orElseGet(() -> Recipe.of(model()));
    }

    /**
     * Reads the configuration of a run.
     *
     * @param seed seed of the run
     * @param epochsOtherwise number of epochs where none is given
     * @throws IllegalArgumentException when an option has a bad value
     */
    public TrainingConfig config(long seed, int epochsOtherwise) {
        Optional<FittedRecipe> small = Optional.ofNullable(fitted).filter(_ -> recipe.isEmpty());
        TrainingConfig config = recipe().config(seed,
                epochs.orElseGet(() -> Math.max(epochsOtherwise,
                        small.map(FittedRecipe::epochs).orElse(OptionalInt.empty()).orElse(0))));
        int usual = small.map(FittedRecipe::batch).orElse(OptionalInt.empty()).orElse(config.batch());
        return config.withBatch(batch.orElse(usual))
                .withLearningRate(learningRate.orElse(optimizer.learningRate(config.learningRate())))
                .withOptimizer(optimizer.optimizer(config.optimizer()))
                .withSchedule(schedule.map(Schedule::parse).orElse(config.schedule()))
                .withAugmentation(augmentation.map(Augmentation::parse).orElse(config.augmentation()))
                .withLabelSmoothing(labelSmoothing.orElse(config.labelSmoothing()))
                .withUpdate(optimizer.update(config.update())).withTestViews(test.views().orElse(config.testViews()));
    }
}
