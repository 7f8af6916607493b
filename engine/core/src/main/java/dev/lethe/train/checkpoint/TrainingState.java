package dev.lethe.train.checkpoint;

import java.util.List;
import java.util.Map;

/**
 * State from which a training run continues as if it had not stopped. Random numbers are keyed by seed and epoch and
 * learning rates by the step, so that no state of theirs is needed.
 *
 * @param run identity of the run
 * @param epoch number of epochs trained so far, at least 0
 * @param weights parameters and running statistics by name
 * @param optimizer state of the optimizer, such as momentums, by name
 * @param metrics line of text for each epoch so far, such as its loss and accuracy; empty in runs that keep none
 */
public record TrainingState(RunIdentity run, int epoch, Map<String, NamedArray> weights,
        Map<String, NamedArray> optimizer, List<String> metrics) {
    /** Makes a state without metrics. */
    public TrainingState(RunIdentity run, int epoch, Map<String, NamedArray> weights,
            Map<String, NamedArray> optimizer) {
        this(run, epoch, weights, optimizer, List.of());
    }

    /** Refuses impossible values by a sentence that names them. */
    public TrainingState {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch=" + epoch + ": at least 0 is needed");
        }
        metrics = List.copyOf(metrics);
        if (!metrics.isEmpty() && metrics.size() != epoch) {
            throw new IllegalArgumentException("metrics of " + metrics.size() + " epochs where epoch=" + epoch
                    + ": a line for each epoch is needed, or none");
        }
        if (!metrics.stream().allMatch(StrictJson::isWritable)) {
            throw new IllegalArgumentException("metrics cannot be written in UTF-8: choose another text");
        }
        weights = NamedArray.byName(weights.values());
        optimizer = NamedArray.byName(optimizer.values());
    }
}
