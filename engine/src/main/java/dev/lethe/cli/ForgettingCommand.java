package dev.lethe.cli;

import dev.lethe.data.DataSets;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.Backends;
import dev.lethe.model.ModelZoo;
import dev.lethe.study.ForgettingResults;
import dev.lethe.study.ForgettingStudy;
import dev.lethe.study.StudySettings;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lethe study forgetting}. */
@Command(name = ForgettingStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Which training examples are learned and never forgotten? "
                + "Trains with several seeds, tracks every presentation, writes scores and a report.")
final class ForgettingCommand implements Callable<Integer> {
    /** Recipes: how long and how often to train. */
    enum Preset {
        QUICK(3, 10), PAPER(5, 200);

        private final int seeds;
        private final int epochs;

        Preset(int seeds, int epochs) {
            this.seeds = seeds;
            this.epochs = epochs;
        }
    }

    /** Names of the data sets, for help and completion. */
    static final class DataNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return DataSets.names().iterator();
        }
    }

    /** Names of the models, for help and completion. */
    static final class ModelNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ModelZoo.names().iterator();
        }
    }

    /** Names of the backends, for help and completion. */
    static final class BackendNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return backends().iterator();
        }
    }

    @Option(names = "--data", defaultValue = "mnist", paramLabel = "NAME|DIR", completionCandidates = DataNames.class,
            description = "${COMPLETION-CANDIDATES}, or a folder of IDX files, CIFAR's binary files, NumPy arrays "
                    + "or images (train/CLASS/*.png, test/CLASS/...); lethe data show says what is in it. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String data;

    @Mixin
    private DataChoices dataChoices;

    @Option(names = "--model", defaultValue = "mnist-cnn", paramLabel = "NAME", completionCandidates = ModelNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String model;

    @Option(names = "--preset", defaultValue = "quick", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: 3 seeds and 10 epochs, or the paper's 5 seeds and 200 epochs. "
                    + "Default: ${DEFAULT-VALUE}.")
    private Preset preset;

    @Option(names = "--seeds", paramLabel = "N",
            description = "How many runs, with seeds 1 to N. Default: the preset's.")
    private Optional<Integer> seeds;

    @Option(names = "--epochs", paramLabel = "N", description = "Epochs of each run. Default: the preset's.")
    private Optional<Integer> epochs;

    @Option(names = "--batch", defaultValue = "64", paramLabel = "N",
            description = "Presentations in a step. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--learning-rate", defaultValue = "0.01", paramLabel = "RATE",
            description = "Of stochastic gradient descent with momentum 0.5. Default: ${DEFAULT-VALUE}.")
    private float learningRate;

    @Option(names = "--backend", defaultValue = Backends.AUTO, paramLabel = "NAME",
            completionCandidates = BackendNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, the best that can run here.")
    private String backend;

    @Option(names = "--threads", paramLabel = "N", description = "Workers. Default: one a core.")
    private Optional<Integer> threads;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder for results, scores, report and histories. Default: lethe-out/forgetting-DATA.")
    private Optional<Path> out;

    @Spec
    private CommandSpec spec;

    private static List<String> backends() {
        return Stream.concat(Stream.of(Backends.AUTO), Backends.providers().stream().map(BackendProvider::name))
                .toList();
    }

    @Override
    public Integer call() throws IOException {
        StudySettings settings = settings();
        Path folder = out.orElseGet(() -> Path.of("lethe-out", ForgettingStudy.NAME + "-"
                + Path.of(data).toAbsolutePath().normalize().getFileName()));
        PrintWriter to = spec.commandLine().getOut();
        ForgettingStudy study = new ForgettingStudy(settings, Progress.forThisTerminal(to, settings));
        ForgettingResults results = study.run(folder);
        ForgettingSummary.print(to, results, folder);
        return CommandLine.ExitCode.OK;
    }

    /** Everything that can be wrong with the command line is found here, before anything is read or written. */
    private StudySettings settings() {
        try {
            requireKnown(data, model, backend);
            TrainingConfig recipe = TrainingConfig.mnist(1, epochs.orElse(preset.epochs));
            return new StudySettings(ForgettingStudy.NAME, data, model, seeds.orElse(preset.seeds),
                    new TrainingConfig(1, recipe.epochs(), batch, learningRate, recipe.sgd()), backend,
                    threads.orElse(Runtime.getRuntime().availableProcessors()), dataChoices.options());
        } catch (IllegalArgumentException | DataSets.UnknownDataSetException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Verifies the names of a command line. */
    static void requireKnown(String data, String model, String backend) {
        DataSets.requireKnown(data);
        ModelZoo.requireKnown(model);
        requireChoice("--backend", backend, backends());
    }

    private static void requireChoice(String option, String value, Iterable<String> choices) {
        if (StreamSupport.stream(choices.spliterator(), false).noneMatch(value::equals)) {
            throw new IllegalArgumentException(
                    "unknown " + option + " '" + value + "': choose " + String.join(", ", choices));
        }
    }
}
