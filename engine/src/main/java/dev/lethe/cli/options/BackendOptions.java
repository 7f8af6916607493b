package dev.lethe.cli.options;

import dev.lethe.kernels.Backends;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What computes: options of every command that runs a network. */
public final class BackendOptions {
    @Option(names = "--backend", defaultValue = Backends.AUTO, paramLabel = "NAME",
            completionCandidates = Choices.BackendNames.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, the best that can run here.")
    private String backend;

    @Option(names = "--threads", paramLabel = "N", description = "Workers. Default: one a core.")
    private Optional<Integer> threads;

    public String name() {
        return backend;
    }

    /** The number that was asked for, empty where none was. */
    public Optional<Integer> givenThreads() {
        return threads;
    }

    public int threads() {
        return threads.orElse(Runtime.getRuntime().availableProcessors());
    }
}
