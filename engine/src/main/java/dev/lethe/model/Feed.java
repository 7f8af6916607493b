package dev.lethe.model;

import dev.lethe.kernels.Augmentation;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.GatherImages;
import dev.lethe.kernels.Normalization;
import dev.lethe.kernels.Predictions;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import java.util.Optional;

/**
 * What a plan draws its batches from and where it puts what it predicts.
 *
 * @param images (examples, H, W, C) bytes
 * @param labels (examples)
 * @param order (presentations): the example of each
 * @param predictions (presentations)
 * @param normalization of the images
 * @param views how images are changed before they are presented
 */
public record Feed(Tensor images, Tensor labels, Tensor order, Predictions predictions, Normalization normalization,
        Optional<GatherImages.Views> views) {

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
                Predictions.rows(prefix, examples), normalization, Optional.empty());
    }

    /** The same with another view of each example in every epoch, of which the number stands in a tensor of its own. */
    public Feed withViews(Augmentation augmentation, long seed) {
        Tensor epoch = new Tensor(images.name() + ".epoch", Role.DATA, DType.S32, Shape.of(1));
        return new Feed(images, labels, order, predictions, normalization,
                Optional.of(new GatherImages.Views(augmentation, seed, epoch)));
    }
}
