/** oneDNN's convolutions alone, which bound every training step that convolves with them. */
package dev.lethe.bench.peers.onednn;
