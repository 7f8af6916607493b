/** Layouts of activations and weights, the algorithms that they depend on, and the memory of a program. */
@NullMarked
package dev.lethe.nativelib.cpu.memory;

import org.jspecify.annotations.NullMarked;
