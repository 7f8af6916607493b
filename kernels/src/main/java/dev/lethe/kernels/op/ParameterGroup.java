package dev.lethe.kernels.op;

/**
 * Factors of an optimizer's settings for some parameters, as a group of parameters in PyTorch has a learning rate and a
 * weight decay of its own. Weight decay acts through the learning rate: with a factor of 64 on the rate, a factor of
 * 1/64 on the decay shrinks a parameter as much as the others.
 *
 * @param rateFactor factor of the learning rate, at least 0
 * @param decayFactor factor of the weight decay, at least 0; 0 for none
 */
public record ParameterGroup(float rateFactor, float decayFactor) {
    /** The group with the optimizer's own settings. */
    public static final ParameterGroup DEFAULT = new ParameterGroup(1, 1);

    /** Refuses impossible values by a sentence that names them. */
    public ParameterGroup {
        requireFactor("rateFactor", rateFactor);
        requireFactor("decayFactor", decayFactor);
    }

    private static void requireFactor(String name, float value) {
        if (!(value >= 0) || Float.isInfinite(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": it must be a number from 0 on");
        }
    }

    /** Returns the group without weight decay. */
    public ParameterGroup undecayed() {
        return new ParameterGroup(rateFactor, 0);
    }
}
