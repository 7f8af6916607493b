package dev.lethe.cli;

import dev.lethe.kernels.Backends;
import dev.lethe.study.TrainingRun;
import dev.lethe.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lethe eval}. */
@Command(name = "eval", mixinStandardHelpOptions = true, sortOptions = false,
        description = "How the network of a run does on its test examples.")
final class EvalCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "What lethe train wrote: its --out, or runs/seed-N in it.")
    private Path run;

    @Option(names = "--backend", defaultValue = Backends.AUTO, paramLabel = "NAME",
            completionCandidates = ForgettingCommand.BackendNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, the best that can run here.")
    private String backend;

    @Option(names = "--threads", paramLabel = "N", description = "Workers. Default: one a core.")
    private Optional<Integer> threads;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Evaluation tested = TrainingRun.evaluate(run, backend,
                threads.orElse(Runtime.getRuntime().availableProcessors()));
        spec.commandLine().getOut().printf(Locale.ROOT, "test accuracy %.2f%%, loss %.4f%n", 100 * tested.accuracy(),
                tested.loss());
        return CommandLine.ExitCode.OK;
    }
}
