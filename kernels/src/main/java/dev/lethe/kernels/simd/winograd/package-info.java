/** Transforms of Winograd's convolution between images and points, and between weights and points. */
package dev.lethe.kernels.simd.winograd;
