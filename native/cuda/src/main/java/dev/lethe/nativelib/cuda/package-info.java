/**
 * The GPU backend: convolutions and linear layers by cuDNN's graph API, all else by CUDA kernels of our own (the
 * {@code .cu} resources of this package), a plan as one CUDA graph. What a program needs of a GPU is {@link
 * dev.lethe.nativelib.cuda.Device}, so that all but the driver and cuDNN can be tested on any machine.
 */
@NullMarked
package dev.lethe.nativelib.cuda;

import org.jspecify.annotations.NullMarked;
