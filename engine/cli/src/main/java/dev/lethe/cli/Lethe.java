package dev.lethe.cli;

import dev.lethe.cli.study.StudyCommand;
import dev.lethe.cli.terminal.Failure;
import dev.lethe.cli.terminal.TerminalWriter;
import dev.lethe.kernels.host.CacheFolder;
import dev.lethe.run.store.Provenance;
import dev.lethe.tracker.service.UnusableProviderException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/** The command line. Exit codes: 0 done, 1 failed with one sentence that says why, 2 wrong usage. */
@Command(name = "lethe", mixinStandardHelpOptions = true, versionProvider = Lethe.Version.class,
        description = "Trains image classifiers and shows which training examples matter.",
        synopsisSubcommandLabel = "COMMAND", subcommands = {
                TrainCommand.class, EvalCommand.class, ModelCommand.class, StudyCommand.class, DataCommand.class,
                DoctorCommand.class, PackCommand.class,
                CommandLine.HelpCommand.class,
                AutoComplete.GenerateCompletion.class})
public final class Lethe {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    /** Property that names the folder JavaCPP unpacks native code into; by default one in the home folder. */
    private static final String UNPACKED = "org.bytedeco.javacpp.cachedir";

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean debug;

    private Lethe() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        if (!CacheFolder.isKnown(System.getProperty("user.home")) && System.getProperty(UNPACKED) == null) {
            System.setProperty(UNPACKED, CacheFolder.current().resolve("native").toString());
        }
        PrintStream errors = System.err;
        System.setErr(TerminalWriter.lines(errors)); // where warnings are logged to
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(errors, true), arguments));
    }

    /** Runs a command and returns its exit code. */
    static int run(PrintWriter standardOutput, PrintWriter standardError, String... arguments) {
        PrintWriter out = new TerminalWriter(standardOutput);
        PrintWriter err = new TerminalWriter(standardError);
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            err.println(
                    "lethe: the Vector API is not enabled: start with ./lethe, or with --add-modules=" + VECTOR_MODULE
                            + " --enable-native-access=ALL-UNNAMED");
            return CommandLine.ExitCode.SOFTWARE;
        }
        Lethe lethe = new Lethe();
        CommandLine commandLine;
        try {
            commandLine = new CommandLine(lethe);
        } catch (UnusableProviderException e) { // of a study, each of which is a command
            return lethe.failed(e, err);
        }
        commandLine.setOut(out).setErr(err)
                .setExecutionExceptionHandler(lethe.sentence())
                .setParameterExceptionHandler(Lethe::wrongUsage).setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
        Objects.requireNonNull(commandLine.getSubcommands().get("generate-completion")).getCommandSpec().usageMessage()
                .description("Print a completion script for bash and zsh: source <(./lethe generate-completion)");
        try {
            return commandLine.execute(arguments);
        } catch (Error e) { // which picocli lets pass
            return lethe.failed(e, err);
        }
    }

    /** Prints one sentence and the command that lists the options: the whole list would bury the sentence. */
    private static int wrongUsage(ParameterException e, String[] arguments) {
        CommandLine commandLine = e.getCommandLine();
        PrintWriter err = commandLine.getErr();
        err.println("lethe: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    private IExecutionExceptionHandler sentence() {
        return (failure, commandLine, _) -> failed(failure, commandLine.getErr());
    }

    private int failed(Throwable failure, PrintWriter err) {
        err.println("lethe: " + Failure.sentence(failure));
        if (debug) {
            failure.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Version of Lethe and of Java. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[]{"lethe " + Provenance.version() + " on Java " + Runtime.version()};
        }
    }
}
