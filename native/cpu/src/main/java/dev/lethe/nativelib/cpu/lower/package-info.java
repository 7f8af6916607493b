/** The oneDNN primitives or Vector API passes that compute each operation on a slice of the batch. */
@NullMarked
package dev.lethe.nativelib.cpu.lower;

import org.jspecify.annotations.NullMarked;
