/** Tensors as callers describe them: shape, element type and role. */
@NullMarked
package dev.lethe.kernels.tensor;

import org.jspecify.annotations.NullMarked;
