package dev.lethe.model;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.Optional;

/**
 * What a plan draws its batches from and where it puts what it predicts.
 *
 * @param images (examples, H, W, C) bytes
 * @param labels (examples)
 * @param order (presentations): the example of each
 * @param predictions (presentations)
 * @param normalization of the images
 * @param augmentation how images are changed before they are presented
 * @param draws what random changes depend on beside the example; absent where there are none
 * @param tables where presentations are also added up by example; absent where they are not
 */
public record InputPipeline(Tensor images, Tensor labels, Tensor order, Predictions predictions,
        Normalization normalization,
        Augmentation augmentation, Optional<Draws> draws, Optional<ExampleTables> tables) {
    public InputPipeline {
        if (draws.isEmpty() && !augmentation.equals(Augmentation.NONE)) {
            throw new IllegalArgumentException("augmentation=" + augmentation + " needs a seed and an epoch");
        }
    }

    /**
     * What random changes depend on beside the example.
     *
     * @param seed of the run
     * @param epoch (1): the number of the epoch, S32
     */
    public record Draws(long seed, Tensor epoch) {}

    /**
     * A pipeline that presents every example once.
     *
     * @param prefix of the tensors' names
     * @param images (examples, H, W, C)
     */
    public static InputPipeline of(String prefix, Shape images, Normalization normalization) {
        int examples = images.dim(0);
        return new InputPipeline(new Tensor(prefix + ".images", Role.DATA, DType.U8, images),
                new Tensor(prefix + ".labels", Role.DATA, DType.S32, Shape.of(examples)),
                new Tensor(prefix + ".order", Role.DATA, DType.S32, Shape.of(examples)),
                Predictions.rows(prefix, examples), normalization, Augmentation.NONE, Optional.empty(),
                Optional.empty());
    }

    /** The same for testing, with views of images that depend on nothing random: those that are given. */
    public InputPipeline viewed(Augmentation view) {
        return view.equals(Augmentation.NONE) ? this : drawn(view, 0);
    }

    /** The same for training: with another view of each example, and other dropouts, in every epoch. */
    public InputPipeline drawn(Augmentation views, long seed) {
        Tensor epoch = new Tensor(images.name() + ".epoch", Role.DATA, DType.S32, Shape.of(1));
        return new InputPipeline(images, labels, order, predictions, normalization, views,
                Optional.of(new Draws(seed, epoch)), tables);
    }

    /** The same with presentations added up in these tables too. */
    public InputPipeline recordedIn(ExampleTables examples) {
        return new InputPipeline(images, labels, order, predictions, normalization, augmentation, draws,
                Optional.of(examples));
    }

    Optional<GatherImages.Views> views() {
        return draws.filter(_ -> !augmentation.equals(Augmentation.NONE))
                .map(drawn -> new GatherImages.Views(augmentation, drawn.seed(), drawn.epoch()));
    }
}
