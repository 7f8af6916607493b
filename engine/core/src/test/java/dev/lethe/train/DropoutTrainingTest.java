package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Initial;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dropout in training, which depends on seed, epoch, example and layer alone. */
class DropoutTrainingTest {
    private static final Network NETWORK = Network.of("with dropout",
            Layer.convolution("conv", 8, 3).initial(Initial.WHITENING).withFrozenWeights(), Layer.gelu(),
            Layer.maxPool(4), new Layer.Dropout(0.5f), Layer.linear("fc1", 32), Layer.relu(), new Layer.Dropout(0.3f),
            Layer.linear("fc2", 10));
    private static final float NEARLY_NOTHING = 1e-9f; // so that the loss of an epoch shows what it dropped alone

    private static Trainer trainer(Backend backend, DataSet data, long seed, int batch, float learningRate) {
        return new Trainer(backend, NETWORK, data,
                TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(seed).withEpochs(3).withBatch(batch)
                        .withLearningRate(learningRate));
    }

    /** Returns the losses of the first two epochs. */
    private static double[] losses(int threads, int batch) throws IOException {
        try (Backend backend = Backends.open("onednn", threads);
                Trainer trainer = trainer(backend, SomeOfMnist.load(), 7, batch, NEARLY_NOTHING)) {
            return new double[]{trainer.trainEpoch(TrainingListener.NONE).trainLoss(),
                    trainer.trainEpoch(TrainingListener.NONE).trainLoss()};
        }
    }

    @ParameterizedTest
    @CsvSource({"2,70", "3,70", "2,33"})
    void shouldDropAlikeWhateverThreadsAndBatches(int threads, int batch) throws IOException {
        assertArrayEquals(losses(1, 70), losses(threads, batch), 1e-6);
    }

    @Test
    void shouldDropOthersInEveryEpoch() throws IOException {
        double[] losses = losses(1, 70);
        assertTrue(Math.abs(losses[0] - losses[1]) > 1e-4, losses[0] + " and " + losses[1]);
    }

    @Test
    void shouldGoOnToTheSameBits() throws IOException {
        DataSet data = SomeOfMnist.load();
        try (Backend backend = Backends.open("onednn", 2);
                Trainer whole = trainer(backend, data, 7, 70, 0.02f);
                Trainer resumed = trainer(backend, data, 7, 70, 0.02f)) {
            whole.trainEpoch(TrainingListener.NONE);
            resumed.restore(whole.epochs(), whole.weights(), whole.optimizerState());
            assertEquals(whole.trainEpoch(TrainingListener.NONE).trainLoss(),
                    resumed.trainEpoch(TrainingListener.NONE).trainLoss());
            whole.parameters().forEach((name, values) -> assertArrayEquals(values, resumed.parameters().get(name),
                    name));
        }
    }

    @Test
    void shouldLearnButNeverWhatIsFrozen() throws IOException {
        DataSet data = SomeOfMnist.load();
        try (Backend backend = Backends.open("cpu", 2); Trainer trainer = trainer(backend, data, 7, 70, 0.02f)) {
            float[] filters = trainer.parameters().get("conv.weight");
            double first = trainer.evaluate().loss();
            trainer.train(TrainingListener.NONE);
            assertTrue(trainer.evaluate().loss() < 0.7 * first, "loss " + trainer.evaluate().loss());
            assertArrayEquals(filters, trainer.parameters().get("conv.weight"));
        }
    }
}
