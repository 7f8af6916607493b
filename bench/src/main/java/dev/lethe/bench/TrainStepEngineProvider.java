package dev.lethe.bench;

/**
 * Offers a library's training step to the benchmarks; found through {@link java.util.ServiceLoader}. Instances are
 * stateless, and loading one loads no native library.
 */
public interface TrainStepEngineProvider {
    /** As in {@code -p engine=...}. */
    String label();

    /**
     * Prepares an engine for the task; the caller closes it.
     *
     * @throws IllegalArgumentException where the library cannot do the task, naming what it can do
     */
    TrainStepEngine create(TrainStepTask task);
}
