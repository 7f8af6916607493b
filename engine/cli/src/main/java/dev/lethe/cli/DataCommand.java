package dev.lethe.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lethe data COMMAND}. */
@Command(name = "data", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "Lists, shows and downloads data sets.",
        subcommands = {DataListCommand.class, DataShowCommand.class, DataFetchCommand.class})
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "name a command: choose " + String.join(", ", spec.subcommands().keySet()));
    }
}
