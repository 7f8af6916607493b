/** Vector API passes over activations in the batch-last layout, for networks of few channels. */
package dev.lethe.kernels.simd.batchlast;
