/**
 * The CPU backend and its programs: for products oneDNN primitives or, where channels are few, Vector API kernels;
 * Vector API passes for the rest; run by a team of workers that each take a slice of the batch.
 */
@NullMarked
package dev.lethe.nativelib.cpu;

import org.jspecify.annotations.NullMarked;
