/**
 * The training step in other libraries, each at its best, for comparison with Lethe: the part of
 * {@code bench-peers.jar} that is not in {@code bench.jar}.
 */
package dev.lethe.bench.peers;
