/** Tensors as callers describe them: shape, element type and role. */
package dev.lethe.kernels.tensor;
