/**
 * Operations of a step as validated records, with their specifications: convolutions, pooling, norms, the loss,
 * optimizers.
 */
package dev.lethe.kernels.op;
