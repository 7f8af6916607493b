/**
 * Vector API passes over off-heap memory for the memory-bound work of a step. Static or confined to one thread,
 * allocation-free, and bit-reproducible: no reduction whose order the JIT may choose, no transcendental function whose
 * compiled and interpreted results may differ.
 */
@NullMarked
package dev.lethe.kernels.simd;

import org.jspecify.annotations.NullMarked;
