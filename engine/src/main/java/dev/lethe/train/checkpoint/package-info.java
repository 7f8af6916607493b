/** Checkpoints: tensors in safetensors files, and the state of a training run in a folder that is always whole. */
package dev.lethe.train.checkpoint;
