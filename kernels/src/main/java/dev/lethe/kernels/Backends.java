package dev.lethe.kernels;

import dev.lethe.kernels.BackendProvider.Availability.Available;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The choice of a backend: the best available one for {@code auto}, otherwise the named one. A named backend that
 * cannot run is an error, never a silent fall-back.
 */
public final class Backends {
    /** The name that asks for the best available backend. */
    public static final String AUTO = "auto";

    /** The highest rank of backends that are not for training. */
    private static final int FOR_CHECKING = 0;
    /** The highest rank of backends without a library made for the processor. */
    private static final int PORTABLE = 50;
    private static final String CPU_ARTIFACT = "dev.lethe:lethe-cpu";
    /** The artifacts of Lethe's backends, which a program may be without. */
    private static final Map<String, String> ARTIFACTS = Map.of("cpu", CPU_ARTIFACT, "onednn", CPU_ARTIFACT, "vector",
            CPU_ARTIFACT, "cudnn", "dev.lethe:lethe-cuda");
    private static final Set<String> WARNINGS = ConcurrentHashMap.newKeySet();
    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
    private static final long THREADS_A_PROCESSOR = 4;
    private static final int REPEATABLE_THREADS = 64;

    private Backends() {}

    /** Returns every backend on the class path, best first. */
    public static List<BackendProvider> providers() {
        return ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(BackendProvider::rank).reversed()).toList();
    }

    /** Returns the provider that {@link #AUTO} stands for on this machine; empty if none is available. */
    public static Optional<BackendProvider> best() {
        return providers().stream().filter(provider -> provider.availability() instanceof Available).findFirst();
    }

    /**
     * Opens a backend.
     *
     * @param name {@link #AUTO} or a provider's name
     * @param threads number of workers, as {@link #requireThreads} allows
     * @throws BackendUnavailableException when there is none of that name, or it cannot run here
     */
    public static Backend open(String name, int threads) {
        return open(providers(), name, threads);
    }

    static Backend open(List<BackendProvider> providers, String name, int threads) {
        requireThreads(threads);
        Backend backend = choose(providers, name).open(threads);
        LOG.info("backend {}", backend.info());
        return backend;
    }

    /**
     * Refuses a number of workers that this machine has no use for, before they are started.
     *
     * @throws IllegalArgumentException naming the largest number
     */
    public static void requireThreads(int threads) {
        int processors = Runtime.getRuntime().availableProcessors();
        int most = mostThreads(processors);
        if (threads < 1 || threads > most) {
            throw new IllegalArgumentException("threads=" + threads + ": choose between 1 and " + most + " on "
                    + processors + " processors");
        }
    }

    /**
     * Returns the largest number of workers. More workers than processors are slow, but repeat to the bit the results
     * of a larger machine.
     */
    static int mostThreads(int processors) {
        return Math.clamp(THREADS_A_PROCESSOR * processors, REPEATABLE_THREADS, Integer.MAX_VALUE);
    }

    /**
     * Returns the provider that a name stands for on this machine, and warns if {@link #AUTO} finds only a slow one.
     *
     * @param name {@link #AUTO} or a provider's name
     * @throws BackendUnavailableException when there is none of that name, or it cannot run here
     */
    public static BackendProvider choose(String name) {
        return choose(providers(), name);
    }

    static BackendProvider choose(List<BackendProvider> providers, String name) {
        Map<String, List<String>> passedOver = new LinkedHashMap<>(); // names by reason, which several may share
        for (BackendProvider provider : providers) {
            boolean named = provider.name().equals(name);
            if (!named && !name.equals(AUTO)) {
                continue;
            }
            switch (provider.availability()) {
                case Available _ -> {
                    if (!named) {
                        warning(provider, passedOver).filter(WARNINGS::add).ifPresent(LOG::warn);
                    }
                    return provider;
                }
                case Unavailable(String reason, String remedy) when named -> throw new BackendUnavailableException(
                        "backend " + name + " cannot run here: " + reason + "; " + remedy);
                case Unavailable(String reason, String _) -> {
                    LOG.info("backend {} passed over: {}", provider.name(), reason);
                    passedOver.computeIfAbsent(reason, _ -> new ArrayList<>()).add(provider.name());
                }
            }
        }
        if (ARTIFACTS.containsKey(name)) {
            throw new BackendUnavailableException("backend " + name + " is not on the class path or module path: add "
                    + ARTIFACTS.get(name));
        }
        String names = providers.stream().map(BackendProvider::name).collect(Collectors.joining(", "));
        throw new BackendUnavailableException(
                "no backend '" + name + "': choose auto" + (names.isEmpty() ? "" : ", " + names));
    }

    /** Returns the warning about a choice that is slower than others would be; it is logged once. */
    static Optional<String> warning(BackendProvider chosen, Map<String, List<String>> passedOver) {
        boolean slow = chosen.rank() <= FOR_CHECKING;
        if (chosen.rank() > PORTABLE || passedOver.isEmpty() && !slow) {
            return Optional.empty();
        }
        String why = passedOver.isEmpty()
                ? "no other is on the class path or module path; add " + CPU_ARTIFACT
                : text(passedOver);
        return Optional.of("backend auto is " + chosen.name() + " here"
                + (slow ? ", which is for checking and very slow" : "") + ": " + why);
    }

    /** Formats the reasons by name: {@code cudnn cannot run, there is no driver; cpu, onednn cannot run, ...}. */
    static String text(Map<String, List<String>> passedOver) {
        return passedOver.entrySet().stream()
                .map(reason -> String.join(", ", reason.getValue()) + " cannot run, " + reason.getKey())
                .collect(Collectors.joining("; "));
    }
}
