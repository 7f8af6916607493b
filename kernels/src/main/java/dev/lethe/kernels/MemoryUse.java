package dev.lethe.kernels;

/**
 * The bytes that a program holds, without the data bound to it.
 *
 * @param parameters bytes of parameters and of the states that optimizers keep for them
 * @param gradients bytes of gradients, with the partial sums of each worker
 * @param activations bytes of the activations of the largest plan, packed by lifetime, and of scratch memory
 */
public record MemoryUse(long parameters, long gradients, long activations) {
    /** Returns the sum of the three. */
    public long total() {
        return parameters + gradients + activations;
    }
}
