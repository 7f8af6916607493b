package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.random.Philox;
import dev.lethe.model.Network;
import dev.lethe.tracker.ForgettingTracker;
import java.io.IOException;

/**
 * Control experiment for forgetting by chance: a network is trained as usual beside a second one, which begins with the
 * same weights and is presented the same batches. The second is updated with the gradients of the first, after the
 * elements of each parameter's gradient were shuffled anew in every step: its updates are as large as those of
 * training, in random directions (Toneva et al., ICLR 2019, appendix). Not thread-safe.
 */
public final class ShuffledGradientControl implements AutoCloseable {
    private final long seed;
    private final Trainer main;
    private final Trainer control;
    private final ResourceStack trainers;
    private float[][] gradients = {};
    private int steps;

    /** Compiles both networks. */
    public ShuffledGradientControl(Backend backend, Network network, DataSet data, TrainingConfig config,
            Arithmetic arithmetic) {
        seed = config.seed();
        try (ResourceStack opening = new ResourceStack()) {
            main = opening.own(new Trainer(backend, network, data, config, arithmetic, this::copy), Trainer::close);
            control = opening.own(new Trainer(backend, network, data, config, arithmetic, this::replace),
                    Trainer::close);
            trainers = opening.keep();
        }
    }

    private void copy(GradientAccess access) {
        gradients = access.names().stream().map(access::read).toArray(float[][]::new);
    }

    private void replace(GradientAccess access) {
        for (int i = 0; i < gradients.length; i++) {
            shuffle(gradients[i], i);
            access.write(access.names().get(i), gradients[i]);
        }
        steps++;
    }

    /** Shuffles a gradient by the method of Fisher and Yates. */
    private void shuffle(float[] values, int parameter) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = Philox.below(i + 1, seed, Philox.Stream.SHUFFLE, steps, (long) parameter << Integer.SIZE | i);
            float moved = values[i];
            values[i] = values[j];
            values[j] = moved;
        }
    }

    /** Returns the number of epochs trained so far. */
    public int epochs() {
        return control.epochs();
    }

    /** Returns the trainer of the network with shuffled updates. */
    public Trainer control() {
        return control;
    }

    /** Returns the bytes that both trainers hold, without the data set. */
    public long memory() {
        return main.memory().total() + control.memory().total();
    }

    /**
     * Trains both networks for an epoch.
     *
     * @param tracker records every presentation of the second network and commits the epoch; stays the caller's
     * @param listener is told of the steps of the second network
     * @return metrics of the second network
     */
    public EpochMetrics trainEpoch(ForgettingTracker tracker, TrainingListener listener) throws IOException {
        return trainEpoch(control.beginEpoch(tracker, listener));
    }

    /**
     * Trains both networks for an epoch, as {@link #trainEpoch(ForgettingTracker, TrainingListener)}, and records
     * nothing.
     */
    public EpochMetrics trainEpoch(TrainingListener listener) throws IOException {
        return trainEpoch(control.beginEpoch(listener));
    }

    private EpochMetrics trainEpoch(Trainer.Epoch second) throws IOException {
        Trainer.Epoch first = main.beginEpoch(TrainingListener.NONE);
        while (first.step()) {
            second.step();
        }
        first.end();
        return second.end();
    }

    @Override
    public void close() {
        trainers.close();
    }
}
