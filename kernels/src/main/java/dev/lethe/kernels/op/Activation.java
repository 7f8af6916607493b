package dev.lethe.kernels.op;

/** An elementwise function that an operation applies to its result before storing it. */
public enum Activation {
    /** The result as it is. */
    IDENTITY,
    /** max(0, x). */
    RELU
}
