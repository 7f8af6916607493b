package dev.lethe.cli.study;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lethe study NAME}. */
@Command(name = "study", mixinStandardHelpOptions = true, description = "Run an experiment of the paper.",
        synopsisSubcommandLabel = "NAME",
        subcommands = {ForgettingCommand.class, StabilityCommand.class, NoiseCommand.class, RemovalCommand.class,
                TransferCommand.class, FirstLearnedCommand.class, MarginCommand.class, EarlyCommand.class,
                PixelNoiseCommand.class, ChanceCommand.class, ContinualCommand.class, AllCommand.class})
public final class StudyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "name a study: choose " + String.join(", ", spec.subcommands().keySet()));
    }
}
