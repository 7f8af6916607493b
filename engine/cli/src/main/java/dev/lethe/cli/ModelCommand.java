package dev.lethe.cli;

import dev.lethe.cli.options.Choices;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.NetworkTable;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lethe model}. */
@Command(name = "model", mixinStandardHelpOptions = true, sortOptions = false,
        description = "List the layers of a network with shapes, parameters and FLOPs.")
final class ModelCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", completionCandidates = Choices.ModelNames.class,
            description = "${COMPLETION-CANDIDATES}.")
    private String name;

    @Option(names = "--image", defaultValue = "32x32x3", paramLabel = "HxWxC",
            description = "Height, width and channels of an image. Default: ${DEFAULT-VALUE}.")
    private String image;

    @Option(names = "--classes", defaultValue = "10", paramLabel = "N",
            description = "Number of classes. Default: ${DEFAULT-VALUE}.")
    private int classes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            spec.commandLine().getOut().print(NetworkTable.of(ModelZoo.create(name, classes), shape()));
            spec.commandLine().getOut().flush();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return CommandLine.ExitCode.OK;
    }

    private Shape shape() {
        if (!image.matches("[1-9]\\d{0,3}x[1-9]\\d{0,3}x[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException("--image " + image + ": write height, width and channels as in 32x32x3");
        }
        String[] extents = image.split("x");
        return Shape.of(1, Integer.parseInt(extents[0]), Integer.parseInt(extents[1]), Integer.parseInt(extents[2]));
    }
}
