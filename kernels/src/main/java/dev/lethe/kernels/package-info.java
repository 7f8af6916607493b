/**
 * What a tensor operation is: shapes, tensors and operations as validated records, and the interface that a backend
 * implements to run them.
 *
 * <p>A caller describes whole steps as lists of {@link dev.lethe.kernels.Op operations} over
 * {@link dev.lethe.kernels.Tensor tensors} ({@link dev.lethe.kernels.ProgramSpec}); a
 * {@link dev.lethe.kernels.Backend} compiles them once into a {@link dev.lethe.kernels.Program}, whose
 * {@link dev.lethe.kernels.Plan plans} then run many times without allocating.
 */
package dev.lethe.kernels;
