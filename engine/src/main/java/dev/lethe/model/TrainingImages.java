package dev.lethe.model;

import dev.lethe.kernels.Normalization;
import dev.lethe.kernels.Shape;
import java.lang.foreign.MemorySegment;

/**
 * The images of a training set, for initial values that depend on them.
 *
 * @param pixels (N, H, W, C) unsigned bytes
 * @param shape (N, H, W, C)
 * @param normalization what is done to pixels before the network reads them
 */
public record TrainingImages(MemorySegment pixels, Shape shape, Normalization normalization) {
    public TrainingImages {
        if (shape.rank() != 4 || pixels.byteSize() < shape.elements()) {
            throw new IllegalArgumentException(
                    "training images of bytes=" + pixels.byteSize() + " are not (N, H, W, C) of " + shape);
        }
        if (shape.dim(3) != normalization.channels()) {
            throw new IllegalArgumentException("training images of " + shape + " have channels=" + shape.dim(3)
                    + ", their normalisation has channels=" + normalization.channels());
        }
    }
}
