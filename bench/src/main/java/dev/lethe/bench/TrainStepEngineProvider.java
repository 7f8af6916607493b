package dev.lethe.bench;

import dev.lethe.kernels.tensor.DType;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A provider of a library's training step, which the benchmarks find through {@link java.util.ServiceLoader}. Instances
 * are stateless, and loading one loads no native library.
 */
public interface TrainStepEngineProvider {
    /** Returns the name that {@code -p engine=...} takes. */
    String label();

    /** Returns the types of activations that it trains the model in; none if it does not have the model. */
    Set<DType> dtypes(BenchmarkModel model);

    /**
     * Prepares an engine for the task; the caller closes it.
     *
     * @throws IllegalArgumentException if the library cannot do the task, saying what it can do
     */
    TrainStepEngine create(TrainStepTask task);

    /** Returns the reason, in one sentence, why it cannot train the model in the type; empty if it can. */
    default Optional<String> refusal(BenchmarkModel model, DType dtype) {
        Set<DType> dtypes = dtypes(model);
        if (dtypes.contains(dtype)) {
            return Optional.empty();
        }
        if (!dtypes.isEmpty()) {
            return Optional.of("engine=" + label() + " does not train model=" + model.label() + " in dtype=" + dtype
                    + "; it trains it in " + dtypes + ".");
        }
        return Optional.of("engine=" + label() + " does not have model=" + model.label() + "; it has "
                + Arrays.stream(BenchmarkModel.values()).filter(other -> !dtypes(other).isEmpty())
                        .map(BenchmarkModel::label).collect(Collectors.joining(", "))
                + ".");
    }

    /**
     * Verifies that the engine can do a task, for {@link #create}.
     *
     * @throws IllegalArgumentException with the sentence of {@link #refusal} if there is one
     */
    default void requireSupport(TrainStepTask task) {
        refusal(task.model(), task.dtype()).ifPresent(sentence -> {
            throw new IllegalArgumentException(sentence);
        });
    }
}
