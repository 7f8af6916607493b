package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccumulationTest {
    private static final int EPOCHS = 2;
    private static final Network NORMED = Network.of("normed", Layer.convolution("conv", 8, 5), Layer.batchNorm("bn"),
            Layer.relu(), Layer.maxPool(4), Layer.linear("fc", 10));

    private record Outcome(Map<String, float[]> parameters, EpochMetrics last) {}

    private static TrainingConfig config(int batch, UpdateOptions update) {
        return TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(9).withEpochs(EPOCHS).withBatch(batch)
                .withLearningRate(0.02f).withUpdate(update)
                .withLabelSmoothing(0.1f);
    }

    /** Trains with every example once in each epoch. */
    private static Outcome train(String backendName, int threads, Network network, TrainingConfig config)
            throws IOException {
        DataSet data = SomeOfMnist.load();
        try (Backend backend = Backends.open(backendName, threads);
                ForgettingTracker tracker = ForgettingTracker
                        .inMemory(TrackerSpec.of(SomeOfMnist.EXAMPLES, config.epochs()));
                Trainer trainer = new Trainer(backend, network, data, config)) {
            EpochMetrics last = trainer.train(tracker, TrainingListener.NONE).getLast();
            try (History history = tracker.history()) {
                ForgettingScores scores = ForgettingScores.of(history);
                for (int id = 0; id < SomeOfMnist.EXAMPLES; id++) {
                    assertEquals(config.epochs(), scores.presentations(id), "presentations of example " + id);
                }
            }
            return new Outcome(trainer.parameters(), last);
        }
    }

    private static void assertClose(Outcome expected, Outcome actual, float tolerance) {
        expected.parameters().forEach(
                (name, values) -> assertArrayEquals(values, actual.parameters().get(name), tolerance, name));
        assertEquals(expected.last().trainLoss(), actual.last().trainLoss(), tolerance);
        assertEquals(expected.last().testLoss(), actual.last().testLoss(), tolerance);
    }

    /** The last batch has 1000 % batch examples: one part and a rest; a rest only; two whole parts; none. */
    @ParameterizedTest
    @CsvSource({"vector,2,96,4", "onednn,3,140,7", "vector,2,80,4", "onednn,1,64,4", "cpu,2,144,2", "onednn,2,100,10"})
    void shouldTrainAsWholeBatchesDo(String backend, int threads, int batch, int parts) throws IOException {
        Network network = ModelZoo.create("mnist-cnn", 10);
        UpdateOptions clipped = UpdateOptions.NONE.withClipNorm(2);
        Outcome whole = train(backend, threads, network, config(batch, clipped));
        Outcome accumulated = train(backend, threads, network, config(batch, clipped.withParts(parts)));
        assertClose(whole, accumulated, 2e-4f);
    }

    /** Running statistics move with every part. */
    @ParameterizedTest
    @CsvSource({"1", "3"})
    void shouldNormaliseWithinAPart(int threads) throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(9).withEpochs(1)
                .withBatch(330).withLearningRate(0.01f);
        TrainingConfig inParts = config.withUpdate(UpdateOptions.NONE.withParts(3).withAverageDecay(0.9));
        Outcome reference = train("reference", 1, NORMED, inParts);
        assertClose(reference, train("onednn", threads, NORMED, inParts), 1e-4f);
        double expected = reference.parameters().get("bn.running_var")[0];
        double ofWhole = train("onednn", threads, NORMED, config).parameters().get("bn.running_var")[0];
        assertTrue(Math.abs(expected - ofWhole) > 0.1 * expected, expected + " and " + ofWhole);
    }

    @Test
    void shouldRepeatItself() throws IOException {
        TrainingConfig config = config(96, UpdateOptions.NONE.withParts(4).withClipNorm(1));
        Outcome first = train("onednn", 3, NORMED, config);
        Outcome second = train("onednn", 3, NORMED, config);
        first.parameters().forEach((name, values) -> assertArrayEquals(values, second.parameters().get(name), name));
    }

    @Test
    void shouldNeedThePartsActivationsOnly() {
        InputPipeline pipeline = InputPipeline.of("train", Shape.of(512, 32, 32, 3),
                new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f)));
        NetworkOps ops = new NetworkOps(ModelZoo.create("resnet20", 10), Shape.of(1, 32, 32, 3));
        assertEquals(4.0, activations(ops.accumulation("train", 128, 128, pipeline, 0))
                / activations(ops.accumulation("train", 32, 128, pipeline, 0)), 0.1);
    }

    private static double activations(PlanSpec plan) {
        try (Backend backend = Backends.open("onednn", 2);
                Program program = backend.compile(new ProgramSpec(List.of(plan)))) {
            return program.memory().activations();
        }
    }

    @ParameterizedTest
    @CsvSource({"100,3", "64,128", "5,2"})
    void shouldRefusePartsOfDifferentSizes(int batch, int parts) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> config(batch, UpdateOptions.NONE.withParts(parts))).getMessage();
        assertEquals("batch=" + batch + " cannot be computed in " + parts + " equal parts: choose a multiple of "
                + parts, message);
        assertThrows(IllegalArgumentException.class, () -> UpdateOptions.NONE.withParts(0));
    }
}
