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
 * @param draws by what training draws random numbers of its own; absent where it draws none
 */
public record Feed(Tensor images, Tensor labels, Tensor order, Predictions predictions, Normalization normalization,
        Optional<GatherImages.Views> views, Optional<Draws> draws) {

    /**
     * What random numbers depend on beside example and layer.
     *
     * @param epoch (1): the epoch, S32
     */
    public record Draws(long seed, Tensor epoch) {}

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
                Predictions.rows(prefix, examples), normalization, Optional.empty(), Optional.empty());
    }

    /** The same with random numbers from a seed and the epoch, of which the number stands in a tensor of its own. */
    public Feed withDraws(long seed) {
        Tensor epoch = new Tensor(images.name() + ".epoch", Role.DATA, DType.S32, Shape.of(1));
        return new Feed(images, labels, order, predictions, normalization, views,
                Optional.of(new Draws(seed, epoch)));
    }

    /** The same with another view of each example in every epoch, drawn as all that {@link #withDraws} draws. */
    public Feed withViews(Augmentation augmentation, long seed) {
        Feed drawn = withDraws(seed);
        return new Feed(images, labels, order, predictions, normalization,
                Optional.of(new GatherImages.Views(augmentation, seed, drawn.draws.orElseThrow().epoch)),
                drawn.draws);
    }
}
