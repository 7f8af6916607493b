/**
 * Matrix products over channels-last activations: a register-blocked micro-kernel, and convolutions, linear layers and
 * the products of Winograd's convolution on it.
 */
@NullMarked
package dev.lethe.kernels.simd.product;

import org.jspecify.annotations.NullMarked;
