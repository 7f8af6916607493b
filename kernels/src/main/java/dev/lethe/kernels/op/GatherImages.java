package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;
import java.util.Optional;

/**
 * The operation that gathers the images of the presentations at the plan's position and normalises them.
 *
 * @param images (examples, H, W, C), U8
 * @param order (presentations): the example of each presentation, S32
 * @param normalization mean and standard deviation of each channel
 * @param views changes to the images; absent if they are presented unchanged
 * @param output (N, H, W, C)
 */
public record GatherImages(Tensor images, Tensor order, Normalization normalization, Optional<Views> views,
        Tensor output) implements Op {

    /**
     * Views: another one of each example in every epoch.
     *
     * @param seed seed of the draws
     * @param epoch (1): the epoch, S32
     */
    public record Views(Augmentation augmentation, long seed, Tensor epoch) {
        /** Refuses impossible values by a sentence that names them. */
        public Views {
            OpChecks.requireInts(epoch, Role.DATA);
        }
    }

    /** Refuses impossible values by a sentence that names them. */
    public GatherImages {
        OpChecks.require(images.role() == Role.DATA && images.dtype() == DType.U8, "images must be U8 data",
                images);
        OpChecks.requireInts(order, Role.DATA);
        OpChecks.require(images.shape().withFirst(output.shape().dim(0)).equals(output.shape()),
                "gathered images must have the shape of " + images, output);
        OpChecks.require(normalization.channels() == output.shape().dim(3),
                "normalisation has " + normalization.channels() + " channels", output);
        views.ifPresent(v -> v.augmentation.requireFits(output.shape().dim(1), output.shape().dim(2)));
    }

    @Override
    public List<Tensor> reads() {
        return OpChecks.with(views.map(Views::epoch), images, order);
    }

    @Override
    public List<Tensor> writes() {
        return List.of(output);
    }
}
