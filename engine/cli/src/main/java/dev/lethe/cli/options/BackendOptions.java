package dev.lethe.cli.options;

import dev.lethe.kernels.Backends;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for the backend and its threads, of every command that runs a network. */
public final class BackendOptions {
    @Option(names = "--backend", defaultValue = Backends.AUTO, paramLabel = "NAME",
            completionCandidates = Choices.BackendNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, the best that can run here.")
    private String backend;

    @Option(names = "--threads", paramLabel = "N",
            description = "Number of workers. Default: one for each core.")
    private Optional<Integer> threads;

    /** Returns the name of the backend, or {@code auto}. */
    public String name() {
        return backend;
    }

    /** Returns the number of threads that was given; empty where none was. */
    public Optional<Integer> givenThreads() {
        return threads;
    }

    /** Returns the number of threads: the given one, or one for each core. */
    public int threads() {
        return threads.orElse(Runtime.getRuntime().availableProcessors());
    }
}
