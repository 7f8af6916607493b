package dev.lethe.train.checkpoint;

import java.util.Map;

/**
 * All that a training run needs to go on as if it had not stopped. Random numbers are keyed by seed and epoch and
 * learning rates by the step, so nothing of theirs is kept.
 *
 * @param run which run this is
 * @param epoch epochs trained so far, at least 0; training goes on with that epoch, counted from 0
 * @param weights parameters and running statistics by name
 * @param optimizer what the optimizer carries from step to step, such as momentums, by name
 */
public record TrainingState(RunIdentity run, int epoch, Map<String, NamedArray> weights,
        Map<String, NamedArray> optimizer) {
    public TrainingState {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch=" + epoch + ": at least 0 is needed");
        }
        weights = NamedArray.byName(weights.values());
        optimizer = NamedArray.byName(optimizer.values());
    }
}
