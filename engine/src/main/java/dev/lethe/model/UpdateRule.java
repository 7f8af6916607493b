package dev.lethe.model;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Optional;
import java.util.Set;

/**
 * Rule by which a step of training changes parameters by their gradients.
 *
 * @param optimizer optimizer with its momentum and weight decay
 * @param clipNorm largest norm of all gradients together, 0 for no limit
 * @param decayExemptions kinds of parameters without weight decay
 * @param averageDecay share of the moving averages of parameters and running statistics that stays in a step, in [0,
 *        1); 0 if there are none
 * @param learningRates learning rate of each step: (steps), F32
 * @param stepsBefore number of steps made before the first row of the rates: (1), S32; only AdamW needs it
 */
public record UpdateRule(Optimizer optimizer, float clipNorm, Set<DecayExemption> decayExemptions, double averageDecay,
        Tensor learningRates,
        Optional<Tensor> stepsBefore) {
    public UpdateRule {
        decayExemptions = Set.copyOf(decayExemptions);
    }

    /** Returns the rule of an optimizer that needs no count of steps, without limits and averages. */
    public static UpdateRule of(Optimizer.Sgd sgd, Tensor learningRates) {
        return new UpdateRule(sgd, 0, Set.of(), 0, learningRates, Optional.empty());
    }
}
