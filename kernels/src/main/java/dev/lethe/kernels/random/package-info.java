/** Counter-based random numbers, the same on every processor. */
@NullMarked
package dev.lethe.kernels.random;

import org.jspecify.annotations.NullMarked;
