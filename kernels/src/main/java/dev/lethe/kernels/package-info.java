/**
 * The interface that a backend implements: programs of operations, the plans that run them, and the choice of a
 * backend.
 *
 * <p>A caller describes whole steps as lists of {@link dev.lethe.kernels.op.Op operations} over
 * {@link dev.lethe.kernels.tensor.Tensor tensors} ({@link dev.lethe.kernels.ProgramSpec}); a
 * {@link dev.lethe.kernels.Backend} compiles them once into a {@link dev.lethe.kernels.Program}, whose
 * {@link dev.lethe.kernels.Plan plans} then run many times without allocating.
 */
@NullMarked
package dev.lethe.kernels;

import org.jspecify.annotations.NullMarked;
