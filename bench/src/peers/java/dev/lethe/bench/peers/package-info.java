/**
 * The same training step in other libraries, each at its best, to compare Lethe with: the part of
 * {@code bench-peers.jar} that is not in {@code bench.jar}.
 */
package dev.lethe.bench.peers;
