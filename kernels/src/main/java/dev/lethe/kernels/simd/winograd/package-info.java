/** Transforms of Winograd's convolution between images and points, and between weights and points. */
@NullMarked
package dev.lethe.kernels.simd.winograd;

import org.jspecify.annotations.NullMarked;
