package dev.lethe.model;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Optional;
import java.util.Set;

/**
 * How a step of training changes parameters by their gradients.
 *
 * @param clipNorm the largest norm of all gradients together, 0 for no limit
 * @param decayExemptions parameters without weight decay
 * @param averageDecay of moving averages of parameters and running statistics, in [0, 1); 0 where there are none
 * @param learningRates (steps): the rate of each step, F32
 * @param stepsBefore (1): steps made before the first row of the rates, S32; only AdamW needs it
 */
public record UpdateRule(Optimizer optimizer, float clipNorm, Set<DecayExemption> decayExemptions, double averageDecay,
        Tensor learningRates,
        Optional<Tensor> stepsBefore) {
    public UpdateRule {
        decayExemptions = Set.copyOf(decayExemptions);
    }

    /** An optimizer that needs no count of steps, as it is. */
    public static UpdateRule of(Optimizer.Sgd sgd, Tensor learningRates) {
        return new UpdateRule(sgd, 0, Set.of(), 0, learningRates, Optional.empty());
    }
}
