package dev.lethe.model;

import dev.lethe.kernels.Optimizer;
import dev.lethe.kernels.Tensor;
import java.util.Optional;

/**
 * How a step of training changes parameters by their gradients.
 *
 * @param learningRates (steps): the rate of each step, F32
 * @param stepsBefore (1): steps made before the first row of the rates, S32; only AdamW needs it
 */
public record UpdateRule(Optimizer optimizer, Tensor learningRates, Optional<Tensor> stepsBefore) {

    /** An optimizer that needs no count of steps. */
    public static UpdateRule of(Optimizer.Sgd sgd, Tensor learningRates) {
        return new UpdateRule(sgd, learningRates, Optional.empty());
    }
}
