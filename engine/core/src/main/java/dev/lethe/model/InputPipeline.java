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
import org.jspecify.annotations.Nullable;

/**
 * Tensors that a plan draws its batches from, and those that receive its predictions.
 * Immutable.
 */
public final class InputPipeline {
    private final Tensor images;
    private final Tensor labels;
    private final Tensor order;
    private final Predictions predictions;
    private final Normalization normalization;
    private final Augmentation augmentation; // none without draws
    private final @Nullable Draws draws; // null for none
    private final @Nullable ExampleTables tables; // null for none
    private final @Nullable Tensor weights; // null if all are 1

    private InputPipeline(Tensor images, Tensor labels, Tensor order, Predictions predictions,
            Normalization normalization, Augmentation augmentation, @Nullable Draws draws,
            @Nullable ExampleTables tables, @Nullable Tensor weights) {
        this.images = images;
        this.labels = labels;
        this.order = order;
        this.predictions = predictions;
        this.normalization = normalization;
        this.augmentation = augmentation;
        this.draws = draws;
        this.tables = tables;
        this.weights = weights;
    }

    /**
     * Keys of random changes, beside the example.
     *
     * @param seed seed of the run
     * @param epoch number of the epoch: (1), S32
     */
    public record Draws(long seed, Tensor epoch) {}

    /**
     * Makes a pipeline that presents every example once.
     *
     * @param prefix beginning of the tensors' names
     * @param images shape of the images: (examples, H, W, C)
     * @param normalization scale and shift of the pixels
     */
    public static InputPipeline of(String prefix, Shape images, Normalization normalization) {
        int examples = images.dim(0);
        return new InputPipeline(new Tensor(prefix + ".images", Role.DATA, DType.U8, images),
                new Tensor(prefix + ".labels", Role.DATA, DType.S32, Shape.of(examples)),
                new Tensor(prefix + ".order", Role.DATA, DType.S32, Shape.of(examples)),
                Predictions.rows(prefix, examples), normalization, Augmentation.NONE, null, null, null);
    }

    /** Returns a pipeline for testing, with a fixed view of each image. */
    public InputPipeline viewed(Augmentation view) {
        return view.equals(Augmentation.NONE) ? this : drawn(view, 0);
    }

    /** Returns a pipeline for training, with another view of each example, and other dropouts, in every epoch. */
    public InputPipeline drawn(Augmentation views, long seed) {
        Tensor epoch = new Tensor(images.name() + ".epoch", Role.DATA, DType.S32, Shape.of(1));
        return new InputPipeline(images, labels, order, predictions, normalization, views,
                new Draws(seed, epoch), tables, weights);
    }

    /** Returns a pipeline whose presentations are also added up in these tables. */
    public InputPipeline recordedIn(ExampleTables examples) {
        return new InputPipeline(images, labels, order, predictions, normalization, augmentation, draws,
                examples, weights);
    }

    /**
     * Returns a pipeline of another number of presentations, which need not be one for each example.
     *
     * @param presentations rows of the order and of the results
     */
    public InputPipeline presenting(int presentations) {
        String prefix = images.name().substring(0, images.name().lastIndexOf('.'));
        return new InputPipeline(images, labels, new Tensor(order.name(), Role.DATA, DType.S32,
                Shape.of(presentations)), Predictions.rows(prefix, presentations), normalization, augmentation, draws,
                tables, weights);
    }

    /** Returns a pipeline in which each presentation has a weight. */
    public InputPipeline weighted() {
        return new InputPipeline(images, labels, order, predictions, normalization, augmentation, draws, tables,
                new Tensor(order.name() + ".weights", Role.DATA, DType.F32, order.shape()));
    }

    /** Returns the images of the data set: (examples, H, W, C) bytes. */
    public Tensor images() {
        return images;
    }

    /** Returns the labels of the data set: (examples). */
    public Tensor labels() {
        return labels;
    }

    /** Returns the example of each presentation: (presentations). */
    public Tensor order() {
        return order;
    }

    /** Returns the results of each presentation: (presentations). */
    public Predictions predictions() {
        return predictions;
    }

    /** Returns the scale and shift of the pixels. */
    Normalization normalization() {
        return normalization;
    }

    /** Returns the seed and epoch of the random changes; empty if there are none. */
    public Optional<Draws> draws() {
        return Optional.ofNullable(draws);
    }

    /** Returns the tables in which presentations are added up by example; empty if they are not. */
    public Optional<ExampleTables> tables() {
        return Optional.ofNullable(tables);
    }

    /** Returns the weight of each presentation: (presentations), F32; empty if all are 1. */
    public Optional<Tensor> weights() {
        return Optional.ofNullable(weights);
    }

    Optional<GatherImages.Views> views() {
        return draws().filter(_ -> !augmentation.equals(Augmentation.NONE))
                .map(drawn -> new GatherImages.Views(augmentation, drawn.seed(), drawn.epoch()));
    }
}
