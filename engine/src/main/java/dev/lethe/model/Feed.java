package dev.lethe.model;

import dev.lethe.kernels.DType;
import dev.lethe.kernels.Normalization;
import dev.lethe.kernels.Predictions;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.Tensor.Role;

/**
 * What a plan draws its batches from and where it puts what it predicts.
 *
 * @param images (examples, H, W, C) bytes
 * @param labels (examples)
 * @param order (presentations): the example of each
 * @param predictions (presentations)
 * @param normalization of the images
 */
public record Feed(Tensor images, Tensor labels, Tensor order, Predictions predictions, Normalization normalization) {

    /**
     * A feed that presents every example once.
     *
     * @param prefix of the tensors' names
     * @param images (examples, H, W, C)
     */
    public static Feed of(String prefix, Shape images, Normalization normalization) {
        int examples = images.dim(0);
        return new Feed(new Tensor(prefix + ".images", Role.DATA, DType.U8, images),
                new Tensor(prefix + ".labels", Role.DATA, DType.S32, Shape.of(examples)),
                new Tensor(prefix + ".order", Role.DATA, DType.S32, Shape.of(examples)),
                Predictions.rows(prefix, examples), normalization);
    }
}
