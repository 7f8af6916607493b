package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Averages of weights, which are those of timm's {@code ModelEmaV2}: over the whole {@code state_dict}, from the
 * initial weights on.
 */
class AveragedWeightsTest {
    private static final double DECAY = 0.95;
    private static final TrainingConfig PLAIN = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(5)
            .withEpochs(1).withBatch(90).withLearningRate(0.05f);
    private static final TrainingConfig AVERAGED = PLAIN.withUpdate(UpdateOptions.NONE.withAverageDecay(DECAY));
    private static final Network NORMED = Network.of("normed", Layer.convolution("conv", 8, 5), Layer.batchNorm("bn"),
            Layer.relu(), Layer.maxPool(4), Layer.linear("fc", 10));
    private static final Network PERCEPTRON = Network.of("perceptron", Layer.linear("fc1", 20), Layer.relu(),
            Layer.linear("fc2", 10));

    private static Map<String, NamedArray> averages(Trainer trainer) {
        Map<String, NamedArray> averages = new LinkedHashMap<>();
        trainer.weights().forEach((name, array) -> averages.put(name, NamedArray.of(name, array.shape(),
                trainer.optimizerState().get(name + ".average").floats())));
        return averages;
    }

    @ParameterizedTest
    @CsvSource({"onednn,1,true", "onednn,3,true", "cpu,2,false", "reference,1,false"})
    void shouldFollowEveryStepAndBeWhatIsTested(String backendName, int threads, boolean normed) throws IOException {
        DataSet data = SomeOfMnist.load();
        Network network = normed ? NORMED : PERCEPTRON;
        try (Backend backend = Backends.open(backendName, threads);
                Trainer trainer = new Trainer(backend, network, data, AVERAGED);
                Trainer plain = new Trainer(backend, network, data, PLAIN)) {
            Map<String, double[]> expected = new LinkedHashMap<>();
            trainer.parameters().forEach((name, values) -> expected.put(name, doubles(values)));
            EpochMetrics metrics = trainer.trainEpoch(new TrainingListener() {
                @Override
                public void stepDone(int epoch, int presentations, double meanLoss) {
                    trainer.parameters().forEach((name, values) -> follow(expected.get(name), values));
                }
            });
            Map<String, NamedArray> averages = averages(trainer);
            expected.forEach((name, values) -> assertArrayEquals(values, doubles(averages.get(name).floats()), 2e-6,
                    name));
            EpochMetrics ofPlain = plain.trainEpoch(TrainingListener.NONE);
            assertEquals(ofPlain.trainLoss(), metrics.trainLoss(), "training does not notice");
            plain.weights().forEach((name, array) -> assertArrayEquals(array.floats(),
                    trainer.weights().get(name).floats(), name));
            plain.restore(1, averages, plain.optimizerState());
            Evaluation tested = plain.evaluate();
            assertEquals(tested.loss(), metrics.testLoss(), 1e-7); // the reference's averages were rounded to floats
            assertEquals(tested.accuracy(), metrics.testAccuracy());
            assertNotEquals(ofPlain.testLoss(), metrics.testLoss(), 1e-3);
        }
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static void follow(double[] average, float[] values) {
        for (int i = 0; i < values.length; i++) {
            average[i] = DECAY * average[i] + (1 - DECAY) * values[i];
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void shouldRefuseABadDecay(double decay) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> UpdateOptions.NONE.withAverageDecay(decay)).getMessage();
        assertTrue(message.contains("averageDecay=" + decay), message);
    }

    @Test
    void shouldKeepNoAveragesUnlessAsked() {
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trainer = new Trainer(backend, PERCEPTRON, SomeOfMnist.load(), PLAIN)) {
            assertTrue(trainer.optimizerState().keySet().stream().noneMatch(name -> name.endsWith(".average")));
        }
    }
}
