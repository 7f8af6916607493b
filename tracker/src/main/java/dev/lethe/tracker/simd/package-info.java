/**
 * The plane kernels in the Vector API: the only package of the tracker that may import {@code jdk.incubator.vector}.
 */
@NullMarked
package dev.lethe.tracker.simd;

import org.jspecify.annotations.NullMarked;
