package dev.lethe.cli;

import dev.lethe.data.DataSets;
import dev.lethe.study.ForgettingResults;
import dev.lethe.study.ForgettingStudy;
import dev.lethe.study.StudySettings;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
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

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--model", defaultValue = "mnist-cnn", paramLabel = "NAME",
            completionCandidates = Choices.ModelNames.class,
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

    @Mixin
    private BackendOptions backend;

    @Mixin
    private ArithmeticOptions arithmetic;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder for results, scores, report and histories. Default: lethe-out/forgetting-DATA.")
    private Optional<Path> out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        StudySettings settings = settings();
        Path folder = out.orElseGet(() -> Path.of("lethe-out", ForgettingStudy.NAME + "-"
                + dataSet.title()));
        PrintWriter to = spec.commandLine().getOut();
        ForgettingStudy study = new ForgettingStudy(settings, Progress.forThisTerminal(to, settings));
        ForgettingResults results = study.run(folder);
        ForgettingSummary.print(to, results, folder);
        return CommandLine.ExitCode.OK;
    }

    /** Everything that can be wrong with the command line is found here, before anything is read or written. */
    private StudySettings settings() {
        try {
            Choices.requireKnown(dataSet.data(), model, backend.name());
            TrainingConfig recipe = TrainingConfig.mnist(1, epochs.orElse(preset.epochs));
            return new StudySettings(ForgettingStudy.NAME, dataSet.data(), model, seeds.orElse(preset.seeds),
                    new TrainingConfig(1, recipe.epochs(), batch, learningRate, recipe.optimizer()), backend.name(),
                    backend.threads(), arithmetic.arithmetic(), dataSet.reading());
        } catch (IllegalArgumentException | DataSets.UnknownDataSetException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
