package dev.lethe.cli;

import dev.lethe.cli.options.ArithmeticOptions;
import dev.lethe.cli.options.BackendOptions;
import dev.lethe.cli.options.Choices;
import dev.lethe.cli.options.DataSetOptions;
import dev.lethe.cli.options.Recipe;
import dev.lethe.cli.options.RecipeOptions;
import dev.lethe.cli.terminal.Progress;
import dev.lethe.data.DataSets;
import dev.lethe.kernels.Backends;
import dev.lethe.run.InitialWeights;
import dev.lethe.run.NetworkSource;
import dev.lethe.run.Procedure;
import dev.lethe.run.RankingStability;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.StoppingRule;
import dev.lethe.run.execute.ExecutionOptions;
import dev.lethe.run.execute.SingleRun;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.train.EpochMetrics;
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
@Command(name = SingleRun.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Train one network, track every presentation, and leave a checkpoint after every epoch.")
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private DataSetOptions dataSet;

    @Mixin
    private RecipeOptions recipe;

    @Option(names = "--weights", paramLabel = "FILE",
            description = "Begin with the weights of a safetensors file, named as PyTorch's state_dict names them.")
    private Optional<Path> weights;

    @Option(names = "--stop-when-stable", arity = "0..1", fallbackValue = "" + RankingStability.USUAL,
            paramLabel = "CORRELATION",
            description = "End the run when Spearman's correlation of its ranking by forgetting with the ranking after "
                    + "four fifths of the epochs so far is at least this. With no value: 0.98. Learning rates follow "
                    + "the schedule of all epochs.")
    private Optional<Double> stable;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N",
            description = "Seed of everything random. Default: ${DEFAULT-VALUE}.")
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
        RunSettings settings = settings();
        StoppingRule rule = rule();
        Path folder = out.orElseGet(() -> Path.of("lethe-out", SingleRun.NAME + "-"
                + dataSet.title() + "-" + recipe.model()));
        PrintWriter to = spec.commandLine().getOut();
        Optional<FinishedRun> trained = new SingleRun(spec(settings, rule), folder,
                ExecutionOptions.checkpointingEveryEpoch(), Progress.forThisTerminal(to)).train(resume);
        if (trained.isPresent()) {
            EpochMetrics last = trained.get().epochs().getLast();
            to.printf(Locale.ROOT, "test accuracy %.2f%% after %d epochs%n", 100 * last.testAccuracy(), last.epoch());
            to.println("run, history and checkpoint: " + trained.get().folder());
        } else {
            to.println("nothing was left to train");
        }
        return CommandLine.ExitCode.OK;
    }

    private RunSpec spec(RunSettings settings, StoppingRule rule) {
        InitialWeights initial = weights.<InitialWeights>map(InitialWeights.Saved::of).orElse(InitialWeights.SEEDED);
        return RunSpec.of(settings).with(Procedure.TRACKED.beginningWith(initial).stoppingBy(rule));
    }

    private StoppingRule rule() {
        try {
            return stable.<StoppingRule>map(RankingStability::new).orElse(StoppingRule.ALL_EPOCHS);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Everything that can be wrong with the command line is found here, before anything is read or written. */
    private RunSettings settings() {
        try {
            Choices.requireKnown(dataSet.data(), backend.name());
            Backends.requireThreads(backend.threads());
            recipe.fit(dataSet.images(), Recipe::epochs, spec.commandLine().getOut()::println);
            return new RunSettings(dataSet.source(), NetworkSource.of(recipe.model()),
                    recipe.config(seed, recipe.recipe().epochs()), backend.name(), backend.threads(),
                    arithmetic.arithmetic());
        } catch (IllegalArgumentException | DataSets.UnknownDataSetException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
