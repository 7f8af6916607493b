/** Counter-based random numbers, the same on every processor. */
package dev.lethe.kernels.random;
