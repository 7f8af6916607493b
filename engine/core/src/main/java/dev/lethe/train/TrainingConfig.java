package dev.lethe.train;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.Shape;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Configuration of a training run; {@link #of} is where others begin.
 *
 * @param seed seed of all random numbers
 * @param epochs number of passes over the training set
 * @param batch number of presentations in a step; the last step of an epoch takes the rest
 * @param learningRate base rate, which the schedule changes
 * @param optimizer optimizer with its momentum and weight decay
 * @param schedule schedule of the learning rate
 * @param augmentation random changes of the training images
 * @param labelSmoothing share of the target that is spread evenly over all classes, in [0, 1)
 * @param update limits and averages of gradients and weights
 * @param testViews views of a test image that are averaged to a prediction
 */
public record TrainingConfig(long seed, int epochs, int batch, float learningRate, Optimizer optimizer,
        Schedule schedule,
        Augmentation augmentation, float labelSmoothing, UpdateOptions update, TestViews testViews) {
    /** Refuses impossible values by a sentence that names them. */
    public TrainingConfig {
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs=" + epochs + ": at least 1 is needed");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("batch=" + batch + ": at least 1 is needed");
        }
        update.requireDivides(batch);
        if (!(learningRate > 0) || Float.isInfinite(learningRate)) {
            throw new IllegalArgumentException("learningRate=" + learningRate + ": it must be a number above 0");
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("labelSmoothing=" + labelSmoothing + ": it lies in [0, 1)");
        }
    }

    /**
     * Returns a configuration to change step by step: seed 1, one epoch, batches of 64, a constant learning rate of
     * 0.01, no augmentation, and {@link UpdateOptions#NONE}.
     */
    public static TrainingConfig of(Optimizer optimizer) {
        return new TrainingConfig(1, 1, 64, 0.01f, optimizer, Schedule.constant(), Augmentation.NONE, 0,
                UpdateOptions.NONE, TestViews.NONE);
    }

    /** Returns the paper's recipe for MNIST: SGD with rate 0.01 and momentum 0.5, batches of 64. */
    public static TrainingConfig mnist(long seed, int epochs) {
        return of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(seed).withEpochs(epochs);
    }

    /**
     * Returns the paper's recipe for CIFAR-10: SGD with rate 0.1, Nesterov momentum 0.9 and weight decay 0.0005,
     * batches of 128, moved and mirrored images. The paper's 200 epochs divide the rate by 5 after 60, 120 and 160;
     * others keep these proportions.
     */
    public static TrainingConfig cifar(long seed, int epochs) {
        List<Integer> milestones = Stream.of(0.3, 0.6, 0.8)
                .map(share -> Math.max(1, (int) Math.round(share * epochs))).toList();
        Schedule schedule = new Schedule.MultiStep(milestones, 0.2);
        return of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(seed).withEpochs(epochs).withBatch(128)
                .withLearningRate(0.1f).withSchedule(schedule).withAugmentation(Augmentation.cropAndFlip());
    }

    /**
     * Returns the recipe of airbench94 (Keller Jordan, arXiv:2404.00498) with batches of 1000: a triangle of learning
     * rates, Lookahead, label smoothing, mirroring in every other epoch, tested with mirror images too (its author
     * counts {@link TestViews#MIRROR_SHIFT}). Its loss is a sum over the batch and ours a mean, so that our rate is
     * larger by the size of the batch. One thing is left out, see the network.
     */
    public static TrainingConfig airbench(long seed, int epochs) {
        int batch = 1000;
        float momentum = 0.85f;
        float decoupled = 11.5f / (1024 * (1 + 1 / (1 - momentum)));
        return of(new Optimizer.Sgd(momentum, true, 0.0153f / 11.5f)).withSeed(seed).withEpochs(epochs)
                .withBatch(batch).withLearningRate(decoupled * batch).withSchedule(Schedule.OneCycle.airbench())
                .withAugmentation(Augmentation.parse("reflect:2+flip:alternating")).withLabelSmoothing(0.2f)
                .withUpdate(UpdateOptions.NONE.withLookahead(Lookahead.airbench())).withTestViews(TestViews.MIRROR);
    }

    /**
     * Verifies that a batch can be drawn from the training images, that they are large enough for augmentation and test
     * views, and that the number of steps is possible.
     *
     * @param images shape of the training images: (examples, H, W, C)
     * @throws IllegalArgumentException naming the value and the remedy
     */
    public void requireFits(Shape images) {
        if (batch > images.dim(0)) {
            throw new IllegalArgumentException("batch=" + batch + " is larger than the training set of "
                    + images.dim(0) + " examples: choose a smaller one");
        }
        augmentation.requireFits(images.dim(1), images.dim(2));
        testViews.all().forEach(view -> view.requireFits(images.dim(1), images.dim(2)));
        int perEpoch = Math.ceilDiv(images.dim(0), batch);
        long steps = (long) perEpoch * epochs;
        if (steps > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("epochs=" + epochs + " of " + perEpoch + " steps are more than the "
                    + Integer.MAX_VALUE + " steps that can be counted: choose fewer epochs, or larger batches");
        }
        update.lookahead().filter(lookahead -> lookahead.every() > steps).ifPresent(lookahead -> {
            throw new IllegalArgumentException("lookahead every=" + lookahead.every() + " steps is more than the "
                    + steps + " that are made: choose less, or none");
        });
    }

    /** Returns a configuration with another seed. */
    public TrainingConfig withSeed(long other) {
        return with(draft -> draft.seed = other);
    }

    /** Returns a configuration of another number of epochs; milestones of the schedule stay where they are. */
    public TrainingConfig withEpochs(int other) {
        return with(draft -> draft.epochs = other);
    }

    /**
     * Returns a configuration whose number of epochs is multiplied and rounded, with the schedule stretched over them.
     */
    public TrainingConfig stretched(double times) {
        int longer = Math.clamp(Math.round(epochs * times), 1, Integer.MAX_VALUE);
        return withEpochs(longer).withSchedule(schedule.stretched((double) longer / epochs));
    }

    /**
     * Returns a configuration with batches of another size.
     *
     * @throws IllegalArgumentException when the parts of the update do not divide it
     */
    public TrainingConfig withBatch(int other) {
        return with(draft -> draft.batch = other);
    }

    /** Returns a configuration with another base learning rate. */
    public TrainingConfig withLearningRate(float other) {
        return with(draft -> draft.learningRate = other);
    }

    /** Returns a configuration with another optimizer. */
    public TrainingConfig withOptimizer(Optimizer other) {
        return with(draft -> draft.optimizer = other);
    }

    /** Returns a configuration with another schedule of the learning rate. */
    public TrainingConfig withSchedule(Schedule other) {
        return with(draft -> draft.schedule = other);
    }

    /** Returns a configuration with another augmentation of the training images. */
    public TrainingConfig withAugmentation(Augmentation other) {
        return with(draft -> draft.augmentation = other);
    }

    /** Returns a configuration with another label smoothing. */
    public TrainingConfig withLabelSmoothing(float other) {
        return with(draft -> draft.labelSmoothing = other);
    }

    /**
     * Returns a configuration with other options of the update.
     *
     * @throws IllegalArgumentException when its parts do not divide the batch: set that first
     */
    public TrainingConfig withUpdate(UpdateOptions other) {
        return with(draft -> draft.update = other);
    }

    /** Returns a configuration that is tested with other views of images. */
    public TrainingConfig withTestViews(TestViews other) {
        return with(draft -> draft.testViews = other);
    }

    private TrainingConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** Values of a configuration while one of them changes. */
    private static final class Draft {
        private long seed;
        private int epochs;
        private int batch;
        private float learningRate;
        private Optimizer optimizer;
        private Schedule schedule;
        private Augmentation augmentation;
        private float labelSmoothing;
        private UpdateOptions update;
        private TestViews testViews;

        Draft(TrainingConfig from) {
            seed = from.seed;
            epochs = from.epochs;
            batch = from.batch;
            learningRate = from.learningRate;
            optimizer = from.optimizer;
            schedule = from.schedule;
            augmentation = from.augmentation;
            labelSmoothing = from.labelSmoothing;
            update = from.update;
            testViews = from.testViews;
        }

        TrainingConfig finished() {
            return new TrainingConfig(seed, epochs, batch, learningRate, optimizer, schedule, augmentation,
                    labelSmoothing, update, testViews);
        }
    }
}
