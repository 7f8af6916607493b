/** oneDNN's convolutions alone, which bound every training step that convolves with them. */
@NullMarked
package dev.lethe.bench.peers.onednn;

import org.jspecify.annotations.NullMarked;
