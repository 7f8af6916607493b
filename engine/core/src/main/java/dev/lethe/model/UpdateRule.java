package dev.lethe.model;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rule by which a step of training changes parameters by their gradients.
 * Immutable.
 */
public final class UpdateRule {
    private final Optimizer optimizer;
    private final float clipNorm;
    private final Set<DecayExemption> decayExemptions;
    private final double averageDecay;
    private final Tensor learningRates; // float32 (steps)
    private final @Nullable Tensor stepsBefore; // int32 (1), or null

    private UpdateRule(Optimizer optimizer, float clipNorm, Set<DecayExemption> decayExemptions, double averageDecay,
            Tensor learningRates, @Nullable Tensor stepsBefore) {
        this.optimizer = optimizer;
        this.clipNorm = clipNorm;
        this.decayExemptions = Set.copyOf(decayExemptions);
        this.averageDecay = averageDecay;
        this.learningRates = learningRates;
        this.stepsBefore = stepsBefore;
    }

    /**
     * Returns the rule of any optimizer.
     *
     * @param optimizer optimizer with its momentum and weight decay
     * @param clipNorm largest norm of all gradients together, 0 for no limit
     * @param decayExemptions kinds of parameters without weight decay
     * @param averageDecay share of the moving averages of parameters and running statistics that stays in a step, in
     *        [0, 1); 0 if there are none
     * @param learningRates learning rate of each step: (steps), F32
     * @param stepsBefore number of steps made before the first row of the rates: (1), S32
     */
    public static UpdateRule of(Optimizer optimizer, float clipNorm, Set<DecayExemption> decayExemptions,
            double averageDecay, Tensor learningRates, Tensor stepsBefore) {
        return new UpdateRule(optimizer, clipNorm, decayExemptions, averageDecay, learningRates,
                Objects.requireNonNull(stepsBefore, "stepsBefore"));
    }

    /** Returns the rule of an optimizer that needs no count of steps, without limits and averages. */
    public static UpdateRule of(Optimizer.Sgd sgd, Tensor learningRates) {
        return new UpdateRule(sgd, 0, Set.of(), 0, learningRates, null);
    }

    Optimizer optimizer() {
        return optimizer;
    }

    float clipNorm() {
        return clipNorm;
    }

    Set<DecayExemption> decayExemptions() {
        return decayExemptions;
    }

    double averageDecay() {
        return averageDecay;
    }

    Tensor learningRates() {
        return learningRates;
    }

    /** Returns the number of steps before the first row of the rates; empty if the optimizer does not count steps. */
    Optional<Tensor> stepsBefore() {
        return Optional.ofNullable(stepsBefore);
    }
}
