/**
 * The plane kernels in the Vector API: the only package of the tracker that may import {@code jdk.incubator.vector}.
 */
package dev.lethe.tracker.simd;
