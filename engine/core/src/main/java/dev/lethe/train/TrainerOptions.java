package dev.lethe.train;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options of a trainer beside its configuration: arithmetic, and functions of one's own that steer it. Immutable;
 * {@link #DEFAULT} is where others begin.
 */
public final class TrainerOptions {
    /** The fastest arithmetic, each example once an epoch, and softmax cross-entropy. */
    public static final TrainerOptions DEFAULT = new TrainerOptions(Arithmetic.FASTEST, UpdateHook.NONE, null, null);

    private final Arithmetic arithmetic;
    private final UpdateHook hook;
    private final @Nullable Sampler sampler; // null for each example once, shuffled
    private final @Nullable LossFunction loss; // null for softmax cross-entropy

    private TrainerOptions(Arithmetic arithmetic, UpdateHook hook, @Nullable Sampler sampler,
            @Nullable LossFunction loss) {
        this.arithmetic = arithmetic;
        this.hook = hook;
        this.sampler = sampler;
        this.loss = loss;
    }

    /** Returns these options with another arithmetic: the type of activations, and algorithms of convolutions. */
    public TrainerOptions withArithmetic(Arithmetic other) {
        return new TrainerOptions(Objects.requireNonNull(other, "arithmetic"), hook, sampler, loss);
    }

    /** Returns these options with a hook that is called between gradients and update. */
    public TrainerOptions withHook(UpdateHook other) {
        return new TrainerOptions(arithmetic, Objects.requireNonNull(other, "hook"), sampler, loss);
    }

    /** Returns these options with a choice of the examples of each epoch, their order and weights. */
    public TrainerOptions withSampler(Sampler other) {
        return new TrainerOptions(arithmetic, hook, Objects.requireNonNull(other, "sampler"), loss);
    }

    /** Returns these options with a loss of one's own. */
    public TrainerOptions withLoss(LossFunction other) {
        return new TrainerOptions(arithmetic, hook, sampler, Objects.requireNonNull(other, "loss"));
    }

    /**
     * Verifies that a configuration has nothing that belongs to the loss that is replaced.
     *
     * @throws IllegalArgumentException when it smooths labels and the loss is one's own
     */
    void requireFits(TrainingConfig config) {
        if (loss != null && config.labelSmoothing() > 0) {
            throw new IllegalArgumentException("labelSmoothing=" + config.labelSmoothing() + " belongs to softmax "
                    + "cross-entropy: choose 0 with a loss of your own, and smooth labels there");
        }
    }

    Arithmetic arithmetic() {
        return arithmetic;
    }

    UpdateHook hook() {
        return hook;
    }

    @Nullable
    Sampler sampler() {
        return sampler;
    }

    @Nullable
    LossFunction loss() {
        return loss;
    }
}
