package dev.lethe.cli;

import dev.lethe.study.TrainingRun;
import dev.lethe.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lethe eval}. */
@Command(name = "eval", mixinStandardHelpOptions = true, sortOptions = false,
        description = "How the network of a run does on its test examples.")
final class EvalCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "What lethe train wrote: its --out, or runs/seed-N in it.")
    private Path run;

    @Mixin
    private BackendOptions backend;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try {
            Choices.requireBackend(backend.name());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Evaluation tested = TrainingRun.evaluate(run, backend.name(), backend.threads());
        spec.commandLine().getOut().printf(Locale.ROOT, "test accuracy %.2f%%, loss %.4f%n", 100 * tested.accuracy(),
                tested.loss());
        return CommandLine.ExitCode.OK;
    }
}
