/** Vector API passes over activations in the batch-last layout, for networks of few channels. */
@NullMarked
package dev.lethe.kernels.simd.batchlast;

import org.jspecify.annotations.NullMarked;
