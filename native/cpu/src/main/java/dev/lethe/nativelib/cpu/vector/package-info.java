/** The Vector API kernels of Lethe's own as a library of products, without any native code. */
@NullMarked
package dev.lethe.nativelib.cpu.vector;

import org.jspecify.annotations.NullMarked;
