package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.random.Philox;
import dev.lethe.model.Network;
import java.io.IOException;

/**
 * A network that is trained as usual, and a second one beside it that begins with the same weights, is presented the
 * same batches, and is updated with the gradients of the first, the elements of each parameter's gradient shuffled anew
 * in every step: updates as large as those of training, in directions of chance (Toneva et al., ICLR 2019, appendix).
 * Not thread-safe.
 */
public final class ShuffledGradientControl implements AutoCloseable {
    private final long seed;
    private final Trainer main;
    private final Trainer control;
    private final ResourceStack trainers;
    private float[][] gradients = {};
    private int steps;

    /** Compiles both. */
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
        gradients = new float[access.count()][];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = access.read(i);
        }
    }

    private void replace(GradientAccess access) {
        for (int i = 0; i < gradients.length; i++) {
            shuffle(gradients[i], i);
            access.write(i, gradients[i]);
        }
        steps++;
    }

    /** Fisher and Yates's. */
    private void shuffle(float[] values, int parameter) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = Philox.below(i + 1, seed, Philox.Stream.SHUFFLE, steps, (long) parameter << Integer.SIZE | i);
            float moved = values[i];
            values[i] = values[j];
            values[j] = moved;
        }
    }

    /** Epochs trained so far. */
    public int epochs() {
        return control.epochs();
    }

    /** What is trained with shuffled updates. */
    public Trainer control() {
        return control;
    }

    /** What both take, beside the data. */
    public long memory() {
        return main.memory().total() + control.memory().total();
    }

    /**
     * Trains both for an epoch.
     *
     * @param sink receives what the second one predicts
     * @return how the second one did
     */
    public EpochMetrics trainEpoch(PredictionSink sink, TrainingListener listener) throws IOException {
        Trainer.Epoch first = main.beginEpoch(PredictionSink.NONE, TrainingListener.NONE);
        Trainer.Epoch second = control.beginEpoch(sink, listener);
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
