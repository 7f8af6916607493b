package dev.lethe.cli;

import dev.lethe.data.DataSets;
import dev.lethe.kernels.Augmentation;
import dev.lethe.study.StudySettings;
import dev.lethe.study.TrainingRun;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Schedule;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lethe train}. */
@Command(name = TrainingRun.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Train one network, track every presentation, and leave a checkpoint after every epoch.")
final class TrainCommand implements Callable<Integer> {
    /** Recipes of the paper. */
    enum Recipe {
        MNIST(10), CIFAR(30), AIRBENCH(10);

        private final int epochs;

        Recipe(int epochs) {
            this.epochs = epochs;
        }

        TrainingConfig config(long seed, int number) {
            return switch (this) {
                case MNIST -> TrainingConfig.mnist(seed, number);
                case CIFAR -> TrainingConfig.cifar(seed, number);
                case AIRBENCH -> TrainingConfig.airbench(seed, number);
            };
        }

        static Recipe of(String model) {
            return switch (model) {
                case "mnist-cnn", "mlp" -> MNIST;
                case "airbench94" -> AIRBENCH;
                default -> CIFAR;
            };
        }
    }

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--model", defaultValue = "mnist-cnn", paramLabel = "NAME",
            completionCandidates = Choices.ModelNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String model;

    @Option(names = "--recipe", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: what the options below begin with. Default: mnist for mnist-cnn "
                    + "and mlp, airbench for airbench94, cifar for the others.")
    private Optional<Recipe> recipe;

    @Option(names = "--epochs", paramLabel = "N", description = "Default: 10 for mnist and airbench, 30 for cifar.")
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
            description = "none, or crop:PIXELS or reflect:PIXELS, flip or flip:alternating, and cutout:SIDE joined "
                    + "with +. Default: none; crop:4+flip for cifar, reflect:2+flip:alternating for airbench.")
    private Optional<String> augmentation;

    @Option(names = "--label-smoothing", paramLabel = "SHARE",
            description = "Of the target, spread evenly over all classes. Default: 0; 0.2 for airbench.")
    private Optional<Float> labelSmoothing;

    @Option(names = "--weights", paramLabel = "FILE",
            description = "Begin with the weights of a safetensors file, named as PyTorch's state_dict names them.")
    private Optional<Path> weights;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N",
            description = "Of everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private BackendOptions backend;

    @Mixin
    private ArithmeticOptions arithmetic;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder of the run. Default: lethe-out/train-DATA-MODEL.")
    private Optional<Path> out;

    @Option(names = "--resume",
            description = "Go on with the run in the folder from its last checkpoint, if it has one.")
    private boolean resume;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        StudySettings settings = settings();
        Path folder = out.orElseGet(() -> Path.of("lethe-out", TrainingRun.NAME + "-"
                + dataSet.title() + "-" + model));
        PrintWriter to = spec.commandLine().getOut();
        Optional<EpochMetrics> last = new TrainingRun(settings, weights, Progress.forThisTerminal(to, settings))
                .run(folder, resume);
        to.println(last.map(m -> String.format(Locale.ROOT, "test accuracy %.2f%% after %d epochs",
                100 * m.testAccuracy(), m.epoch())).orElse("nothing was left to train"));
        to.println("run, history and checkpoint: " + folder);
        return CommandLine.ExitCode.OK;
    }

    /** Everything that can be wrong with the command line is found here, before anything is read or written. */
    private StudySettings settings() {
        try {
            Choices.requireKnown(dataSet.data(), model, backend.name());
            Recipe start = recipe.orElseGet(() -> Recipe.of(model));
            TrainingConfig config = start.config(seed, epochs.orElse(start.epochs));
            TrainingConfig training = new TrainingConfig(seed, config.epochs(), batch.orElse(config.batch()),
                    learningRate.orElse(optimizer.learningRate(config.learningRate())),
                    optimizer.optimizer(config.optimizer()),
                    schedule.map(Schedule::parse).orElse(config.schedule()),
                    augmentation.map(Augmentation::parse).orElse(config.augmentation()),
                    labelSmoothing.orElse(config.labelSmoothing()),
                    optimizer.update(), test.views().orElse(config.testViews()));
            return new StudySettings(TrainingRun.NAME, dataSet.data(), model, 1, training, backend.name(),
                    backend.threads(), arithmetic.arithmetic(), dataSet.reading());
        } catch (IllegalArgumentException | DataSets.UnknownDataSetException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
