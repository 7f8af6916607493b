package dev.lethe.train;

import dev.lethe.kernels.Augmentation;
import dev.lethe.kernels.SgdSpec;

/**
 * How a network is trained.
 *
 * @param seed of everything random
 * @param epochs passes over the training set
 * @param batch presentations in a step; the last step of an epoch takes what is left
 * @param learningRate the base rate, which the schedule changes
 * @param sgd momentum and weight decay
 * @param schedule of the learning rate
 * @param augmentation of the training images
 */
public record TrainingConfig(long seed, int epochs, int batch, float learningRate, SgdSpec sgd, Schedule schedule,
        Augmentation augmentation) {
    public TrainingConfig {
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs=" + epochs + ": at least 1 is needed");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("batch=" + batch + ": at least 1 is needed");
        }
        if (!(learningRate > 0) || Float.isInfinite(learningRate)) {
            throw new IllegalArgumentException("learningRate=" + learningRate + ": it must be a number above 0");
        }
    }

    /** With the same learning rate at every step, and images as they are. */
    public TrainingConfig(long seed, int epochs, int batch, float learningRate, SgdSpec sgd) {
        this(seed, epochs, batch, learningRate, sgd, Schedule.constant(), Augmentation.NONE);
    }

    /** The paper's recipe for MNIST: SGD with rate 0.01 and momentum 0.5, batches of 64. */
    public static TrainingConfig mnist(long seed, int epochs) {
        return new TrainingConfig(seed, epochs, 64, 0.01f, new SgdSpec(0.5f, false, 0));
    }

    /** The same with another seed. */
    public TrainingConfig withSeed(long other) {
        return new TrainingConfig(other, epochs, batch, learningRate, sgd, schedule, augmentation);
    }

    /** The same with another schedule. */
    public TrainingConfig withSchedule(Schedule other) {
        return new TrainingConfig(seed, epochs, batch, learningRate, sgd, other, augmentation);
    }

    /** The same with another augmentation. */
    public TrainingConfig withAugmentation(Augmentation other) {
        return new TrainingConfig(seed, epochs, batch, learningRate, sgd, schedule, other);
    }
}
