package dev.lethe.train;

import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of presentations and steps of the epochs of a training: what must be known before it is compiled. Immutable.
 */
final class EpochSizes {
    private static final int MOST_REMAINDERS = 8; // each is a step of its own to compile

    private final int batch;
    private final int epochs;
    private final int most; // presentations of the largest epoch
    private final int @Nullable [] presentations; // (epochs); null if all have the most
    private final int @Nullable [] stepsBefore; // (epochs + 1): steps of the epochs before; null likewise
    private final SortedSet<Integer> remainders = new TreeSet<>();

    /**
     * Asks for the sizes of all epochs.
     *
     * @param config configuration of the training
     * @param examples number of training examples
     * @param sampler choice of what is presented; null for each example once
     * @throws IllegalArgumentException when an epoch has no presentation, there are more steps than can be counted, or
     *         more sizes of last batches than are compiled
     */
    EpochSizes(TrainingConfig config, int examples, @Nullable Sampler sampler) {
        batch = config.batch();
        epochs = config.epochs();
        if (sampler == null) {
            most = examples;
            presentations = null;
            stepsBefore = null;
            note(examples);
            return;
        }
        int[] sizes = new int[epochs];
        int[] before = new int[epochs + 1];
        int largest = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            sizes[epoch] = sampler.presentations(epoch + 1, examples);
            if (sizes[epoch] < 1) {
                throw new IllegalArgumentException("the sampler says presentations=" + sizes[epoch] + " for epoch "
                        + (epoch + 1) + ": at least 1 is needed");
            }
            largest = Math.max(largest, sizes[epoch]);
            long steps = (long) before[epoch] + Math.ceilDiv(sizes[epoch], batch);
            if (steps > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("epochs 1 to " + (epoch + 1) + " of the sampler have " + steps
                        + " steps, and " + Integer.MAX_VALUE + " can be counted: choose fewer, or larger batches");
            }
            before[epoch + 1] = (int) steps;
            note(sizes[epoch]);
        }
        most = largest;
        presentations = sizes;
        stepsBefore = before;
        requireFewRemainders();
        config.update().lookahead().ifPresent(this::requireSynchronization);
    }

    private void note(int size) {
        if (size % batch > 0) {
            remainders.add(size % batch);
        }
    }

    private void requireFewRemainders() {
        if (remainders.size() > MOST_REMAINDERS) {
            throw new IllegalArgumentException("the epochs of the sampler end with batches of " + remainders.size()
                    + " sizes beside batch=" + batch + ", each of which is compiled, up to " + MOST_REMAINDERS
                    + ": choose presentations() that are multiples of the batch");
        }
    }

    private void requireSynchronization(Lookahead lookahead) {
        if (lookahead.every() > allSteps()) {
            throw new IllegalArgumentException("lookahead every=" + lookahead.every() + " steps is more than the "
                    + allSteps() + " that are made with this sampler: choose less, or none");
        }
    }

    /** Returns the number of presentations of an epoch, which counts from 0. */
    int presentations(int epoch) {
        return presentations == null ? most : presentations[epoch];
    }

    /** Returns the number of presentations of the largest epoch. */
    int mostPresentations() {
        return most;
    }

    /** Returns the number of steps of an epoch, which counts from 0, the partial last one included. */
    int steps(int epoch) {
        return Math.ceilDiv(presentations(epoch), batch);
    }

    /** Returns the number of steps of the largest epoch. */
    int mostSteps() {
        return Math.ceilDiv(most, batch);
    }

    /** Returns the number of steps of the epochs before one, which counts from 0. */
    int stepsBefore(int epoch) {
        return stepsBefore == null ? epoch * mostSteps() : stepsBefore[epoch];
    }

    /** Returns the number of steps of all epochs. */
    int allSteps() {
        return stepsBefore(epochs);
    }

    /** Returns the sizes of the last batches that are not whole. */
    SortedSet<Integer> remainders() {
        return remainders;
    }
}
