/** The Vector API kernels of Lethe's own as a library of products, without any native code. */
package dev.lethe.nativelib.cpu.vector;
