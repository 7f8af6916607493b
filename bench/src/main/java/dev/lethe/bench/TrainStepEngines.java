package dev.lethe.bench;

import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The training engines: Lethe's own, and those of other libraries on the class path. */
public final class TrainStepEngines {
    private TrainStepEngines() {}

    /** Returns every engine: Lethe's own, and in {@code bench-peers.jar} those of the peers. */
    public static List<TrainStepEngineProvider> available() {
        return Stream.<TrainStepEngineProvider>concat(Stream.of(LetheEngine.values()),
                ServiceLoader.load(TrainStepEngineProvider.class).stream().map(ServiceLoader.Provider::get)).toList();
    }

    /**
     * Returns the engine of that name.
     *
     * @throws IllegalArgumentException if there is none, naming the choices
     */
    public static TrainStepEngineProvider named(String name) {
        return named(name, available());
    }

    static TrainStepEngineProvider named(String name, Collection<TrainStepEngineProvider> choices) {
        return choices.stream().filter(provider -> provider.label().equals(name)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("unknown engine=" + name + "; the choices are: " + names(choices)
                        + " (those of other libraries are in bench-peers.jar, which mvn -P peers package builds)"));
    }

    private static String names(Collection<TrainStepEngineProvider> choices) {
        return choices.isEmpty()
                ? "none"
                : choices.stream().map(TrainStepEngineProvider::label).sorted().collect(Collectors.joining(", "));
    }
}
