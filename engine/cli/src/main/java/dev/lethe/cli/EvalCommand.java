package dev.lethe.cli;

import dev.lethe.cli.options.BackendOptions;
import dev.lethe.cli.options.Choices;
import dev.lethe.cli.options.TestOptions;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.run.execute.RunEvaluation;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Evaluation;
import dev.lethe.train.TestViews;
import java.io.IOException;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lethe eval}. */
@Command(name = "eval", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Test the network of a run on its test images.")
final class EvalCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "Folder of lethe train, or one of the folders of runs that a study "
            + "left.")
    private Path run;

    @Option(names = "--data", paramLabel = "NAME|DIR",
            description = "Place of the data set of the run. Default: its place when the run was trained.")
    private Optional<String> data;

    @Mixin
    private TestOptions test;

    @Mixin
    private BackendOptions backend;

    @Option(names = "--dtype", paramLabel = "TYPE",
            description = "f32 or bf16: the type of activations. Default: what the run was trained with.")
    private Optional<String> dtype;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Optional<DType> type;
        Optional<TestViews> views;
        try {
            Choices.requireBackend(backend.name());
            Backends.requireThreads(backend.threads());
            type = dtype.flatMap(Arithmetic::parseType);
            views = test.views();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        RunEvaluation evaluation = RunEvaluation.of(run);
        evaluation = data.map(evaluation::withData).orElse(evaluation);
        evaluation = type.map(evaluation::withActivations).orElse(evaluation);
        evaluation = views.map(evaluation::withViews).orElse(evaluation);
        Evaluation tested = evaluation.test(backend.name(), backend.threads());
        spec.commandLine().getOut().printf(Locale.ROOT, "test accuracy %.2f%%, loss %.4f%n", 100 * tested.accuracy(),
                tested.loss());
        return CommandLine.ExitCode.OK;
    }
}
