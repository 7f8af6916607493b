package dev.lethe.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The main class of the benchmarks: JMH's own command line, with the JVM flags of the project added to every fork.
 *
 * <p>Exit codes: 0 done, 1 a benchmark failed or none matched, 2 wrong usage. Unlike JMH's default, the first benchmark
 * that fails ends the run, unless {@code -foe false} is given. With {@code -f 0} there are no forks, and the flags must
 * be on the command line.
 */
public final class BenchMain {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private BenchMain() {}

    /** Runs JMH with {@code arguments} and exits. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLineOptions commandLine;
        try {
            commandLine = new CommandLineOptions(arguments);
        } catch (CommandLineOptionException wrongUsage) {
            System.err.println(wrongUsage.getMessage() + "; -h lists the options.");
            return WRONG_USAGE;
        }
        try {
            execute(commandLine);
            return DONE;
        } catch (NoBenchmarksException noneMatched) {
            System.err.println("No benchmark matches " + commandLine.getIncludes() + "; -l lists them.");
            return FAILED;
        } catch (RunnerException | IOException | IllegalArgumentException failure) {
            System.err.println("The run failed: " + reason(failure));
            return FAILED;
        }
    }

    /** Returns the message of what a benchmark threw, which JMH keeps among the suppressed exceptions of the cause. */
    private static String reason(Exception failure) {
        return Optional.ofNullable(failure.getCause()).stream().map(Throwable::getSuppressed).flatMap(Stream::of)
                .map(Throwable::getMessage).filter(Objects::nonNull).findFirst()
                .orElseGet(() -> String.valueOf(failure.getMessage()));
    }

    private static void execute(CommandLineOptions commandLine) throws RunnerException, IOException {
        Options options = withProjectDefaults(commandLine);
        Runner runner = new Runner(options);
        if (commandLine.shouldHelp()) {
            commandLine.showHelp();
        } else if (commandLine.shouldList()) {
            runner.list();
        } else if (commandLine.shouldListWithParams()) {
            runner.listWithParams(commandLine);
        } else if (commandLine.shouldListProfilers()) {
            commandLine.listProfilers();
        } else if (commandLine.shouldListResultFormats()) {
            commandLine.listResultFormats();
        } else {
            runAll(EngineSelection.of(options), options);
        }
    }

    private static void runAll(EngineSelection selection, Options options) throws RunnerException {
        selection.leftOut().forEach(sentence -> System.err.println("Left out: " + sentence));
        if (selection.runs().isEmpty()) {
            throw new IllegalArgumentException("no engine trains what was asked for.");
        }
        List<RunResult> results = new ArrayList<>();
        for (Options run : selection.runs()) {
            results.addAll(new Runner(run).run());
        }
        if (selection.runs().size() > 1) { // each has shown and written its own results only
            ResultFormatFactory.getInstance(ResultFormatType.TEXT, System.out).writeOut(results);
            writeTogether(results, options);
        }
    }

    private static void writeTogether(List<RunResult> results, Options options) {
        if (options.getResult().hasValue() || options.getResultFormat().hasValue()) {
            ResultFormatType format = options.getResultFormat().orElse(Defaults.RESULT_FORMAT);
            String file = options.getResult()
                    .orElse(Defaults.RESULT_FILE_PREFIX + "." + format.toString().toLowerCase(Locale.ROOT));
            ResultFormatFactory.getInstance(format, file).writeOut(results);
        }
    }

    /** Returns the command line with the project's flags in front of the caller's, which take precedence. */
    static Options withProjectDefaults(CommandLineOptions commandLine) {
        List<String> flags = new ArrayList<>(jvmFlags());
        flags.addAll(commandLine.getJvmArgsPrepend().orElse(List.of()));
        return new OptionsBuilder().parent(commandLine).jvmArgsPrepend(flags.toArray(String[]::new))
                .shouldFailOnError(commandLine.shouldFailOnError().orElse(true)).build();
    }

    /** Returns the flags that every JVM of the project needs. */
    public static List<String> jvmFlags() {
        Properties properties = new Properties();
        try (InputStream resource = BenchMain.class.getResourceAsStream("jvm.properties")) {
            properties.load(resource);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return List.of(properties.getProperty("flags").split(" "));
    }
}
