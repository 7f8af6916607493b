package dev.lethe.model;

import dev.lethe.kernels.tensor.Shape;

/**
 * Sample of the images of a training set, as a network reads them.
 *
 * @param pixels normalised pixels, (images, H, W, C)
 * @param shape shape of the pixels: (images, H, W, C)
 */
public record ImageSample(float[] pixels, Shape shape) {
    /** Refuses impossible values by a sentence that names them. */
    public ImageSample {
        if (shape.rank() != 4 || shape.elements() != pixels.length) {
            throw new IllegalArgumentException("pixels of length=" + pixels.length + " are not images of " + shape);
        }
    }
}
