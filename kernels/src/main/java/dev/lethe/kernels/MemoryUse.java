package dev.lethe.kernels;

/**
 * Bytes that a program holds, beside the data bound to it.
 *
 * @param parameters parameters and what optimizers keep for them
 * @param gradients gradients, with the partial sums of each worker
 * @param activations activations of the largest plan, packed by lifetime, and scratch memory
 */
public record MemoryUse(long parameters, long gradients, long activations) {
    /** All of it. */
    public long total() {
        return parameters + gradients + activations;
    }
}
