package dev.lethe.train;

import java.util.Objects;
import java.util.function.IntUnaryOperator;

/**
 * Choice of the training examples that an epoch presents, in which order, and with which weights. A trainer asks before
 * each epoch, also when it goes on from a checkpoint: for the same training after a kill, what is returned must be a
 * function of the epoch and of what the caller restores too.
 *
 * {@snippet file="dev/lethe/train/SnippetsTest.java" region="sampler"}
 */
@FunctionalInterface
public interface Sampler {
    /**
     * Returns the examples of an epoch. Called by the thread that trains.
     *
     * @param epoch number of the epoch, from 1
     * @param shuffled ids of all training examples in the order that the trainer would take, drawn from seed and epoch;
     *        a copy, which may be changed
     */
    EpochSample sample(int epoch, int[] shuffled);

    /**
     * Returns the number of presentations of an epoch, at least 1: a function of the epoch alone. It is asked for all
     * epochs when a trainer is made, which compiles a step for each size of a last batch.
     *
     * @param epoch number of the epoch, from 1
     * @param examples number of training examples
     */
    default int presentations(int epoch, int examples) {
        return examples;
    }

    /**
     * Returns a sampler whose epochs all have a number of presentations.
     *
     * @param presentations number of presentations of each epoch
     * @param choice what is presented
     */
    static Sampler ofSize(int presentations, Sampler choice) {
        return ofSizes(_ -> presentations, choice);
    }

    /**
     * Returns a sampler whose epochs differ in their number of presentations.
     *
     * @param presentations number of presentations of each epoch, by its number from 1
     * @param choice what is presented
     */
    static Sampler ofSizes(IntUnaryOperator presentations, Sampler choice) {
        Objects.requireNonNull(presentations, "presentations");
        Objects.requireNonNull(choice, "choice");
        return new Sampler() {
            @Override
            public EpochSample sample(int epoch, int[] shuffled) {
                return choice.sample(epoch, shuffled);
            }

            @Override
            public int presentations(int epoch, int examples) {
                return presentations.applyAsInt(epoch);
            }
        };
    }
}
