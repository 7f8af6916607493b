/** Checkpoints: tensors in safetensors files, and the state of a training run in a folder that is always whole. */
@NullMarked
package dev.lethe.train.checkpoint;

import org.jspecify.annotations.NullMarked;
