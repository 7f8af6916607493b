/** Layouts of activations and weights, the algorithms that they depend on, and the memory of a program. */
package dev.lethe.nativelib.cpu.memory;
