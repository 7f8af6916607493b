/**
 * Operations of a step as validated records, with their specifications: convolutions, pooling, norms, the loss,
 * optimizers.
 */
@NullMarked
package dev.lethe.kernels.op;

import org.jspecify.annotations.NullMarked;
