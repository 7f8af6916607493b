package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.ModelZoo;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
    private static final int EXAMPLES = SomeOfMnist.EXAMPLES;

    private record Outcome(Map<String, float[]> parameters, List<byte[]> planes, List<EpochMetrics> metrics,
            int[] predictions) {}

    private static Outcome train(String backendName, int threads, TrainingConfig config) throws IOException {
        return train(backendName, threads, config, SomeOfMnist.load());
    }

    private static Outcome train(String backendName, int threads, TrainingConfig config, DataSet data)
            throws IOException {
        try (Backend backend = Backends.open(backendName, threads);
                ForgettingTracker tracker = ForgettingTracker
                        .inMemory(TrackerSpec.of(data.train().examples(), config.epochs()));
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), data, config)) {
            List<EpochMetrics> metrics = trainer.train(tracker, TrainingListener.NONE);
            try (History history = tracker.history()) {
                List<byte[]> planes = new ArrayList<>();
                for (int epoch = 0; epoch < history.epochs(); epoch++) {
                    planes.add(history.correct(epoch + 1).toArray(ValueLayout.JAVA_BYTE));
                }
                return new Outcome(trainer.parameters(), planes, metrics, trainer.presentations().predictedByExample());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"cpu,2,64", "vector,3,50", "onednn,1,64", "onednn,2,64", "onednn,3,50"})
    void shouldRepeatARunToTheBit(String backend, int threads, int batch) throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(11).withEpochs(3)
                .withBatch(batch).withLearningRate(0.05f);
        Outcome first = train(backend, threads, config);
        Outcome second = train(backend, threads, config);
        first.parameters().forEach((name, values) -> assertArrayEquals(values, second.parameters().get(name), name));
        for (int epoch = 0; epoch < first.planes().size(); epoch++) {
            assertArrayEquals(first.planes().get(epoch), second.planes().get(epoch), "correct plane of epoch " + epoch);
        }
        assertArrayEquals(first.predictions(), second.predictions());
    }

    @Test
    void shouldBeginWithWeightsOfAStateDictionary() throws IOException {
        TrainingConfig config = TrainingConfig.mnist(1, 1);
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trained = new Trainer(backend, SomeOfMnist.normed(), SomeOfMnist.load(), config);
                Trainer other = new Trainer(backend, SomeOfMnist.normed(), SomeOfMnist.load(), config.withSeed(2))) {
            trained.trainEpoch(TrainingListener.NONE);
            Map<String, NamedArray> weights = new TreeMap<>(trained.weights());
            weights.put("bn1.num_batches_tracked",
                    NamedArray.of("bn1.num_batches_tracked", List.of(1), new float[]{4}));
            other.begin(weights);
            assertEquals(trained.evaluate(), other.evaluate());
            Map<String, NamedArray> wrapped = new TreeMap<>();
            trained.weights().forEach((name, array) -> wrapped.put("module._orig_mod." + name,
                    NamedArray.of("module._orig_mod." + name, array.shape(), array.floats())));
            other.begin(wrapped);
            assertEquals(trained.evaluate(), other.evaluate(), "prefixes that all names share do not count");
            wrapped.put("head.weight", NamedArray.of("head.weight", List.of(1), new float[]{4}));
            assertTrue(assertThrows(IllegalArgumentException.class, () -> other.begin(wrapped)).getMessage()
                    .endsWith("there is nothing of that name: these are weights of another network"));
            assertEquals("the network has no fc9.bias: these are weights of another network",
                    refusal(other, weights, "fc9.bias", 10));
            assertEquals(
                    "the network needs fc.bias F32(10), there is one of shape [3]: these are weights of another "
                            + "network",
                    refusal(other, weights, "fc.bias", 3));
            assertEquals(trained.evaluate(), other.evaluate(), "nothing was changed");
        }
    }

    private static Trainer trainer(Backend backend, String model, TrainingConfig config) {
        return new Trainer(backend, ModelZoo.create(model, 10), SomeOfMnist.load(), config);
    }

    private static String refusal(Trainer trainer, Map<String, NamedArray> weights, String name, int length) {
        Map<String, NamedArray> wrong = new TreeMap<>(weights);
        wrong.put(name, NamedArray.of(name, List.of(length), new float[length]));
        return assertThrows(IllegalArgumentException.class, () -> trainer.begin(wrong)).getMessage();
    }

    @Test
    void shouldTakeTheFastestTypeOfActivations() {
        TrainingConfig config = TrainingConfig.mnist(1, 1);
        try (Backend backend = Backends.open("cpu", 2)) {
            DType narrowest = backend.info().activationTypes().contains(DType.BF16) ? DType.BF16 : DType.F32;
            assertEquals(DType.F32, fastest(backend, "mnist-cnn", config), "kernels for few channels are faster");
            assertEquals(narrowest, fastest(backend, "mlp", config));
        }
    }

    private static DType fastest(Backend backend, String model, TrainingConfig config) {
        try (Trainer trainer = new Trainer(backend, ModelZoo.create(model, 10), SomeOfMnist.load(), config,
                Arithmetic.FASTEST)) {
            return trainer.activations();
        }
    }

    @Test
    void shouldGiveOtherResultsForAnotherSeed() throws IOException {
        TrainingConfig config = TrainingConfig.mnist(1, 1);
        assertFalse(Arrays.equals(train("auto", 2, config).parameters().get("conv1.weight"),
                train("onednn", 2, config.withSeed(2)).parameters().get("conv1.weight")));
    }

    @Test
    void shouldLearnAlikeOnEveryBackend() throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(3).withEpochs(1)
                .withBatch(48).withLearningRate(0.01f);
        DataSet data = SomeOfMnist.of(200, 100); // few, as the reference takes its time
        Outcome reference = train("reference", 1, config, data);
        for (String backend : List.of("cpu", "vector", "onednn")) {
            Outcome outcome = train(backend, 2, config, data);
            assertEquals(reference.metrics().getFirst().trainLoss(), outcome.metrics().getFirst().trainLoss(), 1e-5);
            assertEquals(reference.metrics().getFirst().testLoss(), outcome.metrics().getFirst().testLoss(), 1e-5);
            reference.parameters().forEach(
                    (name, values) -> assertArrayEquals(values, outcome.parameters().get(name), 1e-5f, backend));
        }
    }

    @Test
    void shouldLearn() throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(8)
                .withBatch(50).withLearningRate(0.05f);
        List<EpochMetrics> metrics = train("auto", 2, config).metrics();
        assertTrue(metrics.getLast().trainAccuracy() > 0.95, metrics.toString());
        assertTrue(metrics.getLast().testAccuracy() > 0.88, metrics.toString());
        assertTrue(metrics.getLast().trainLoss() < metrics.getFirst().trainLoss() / 4, metrics.toString());
    }

    @ParameterizedTest
    @CsvSource({"64", "300", "1000", "7"})
    void shouldPresentEveryExampleOnceAnEpochWhateverTheBatch(int batch) throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(5).withEpochs(2)
                .withBatch(batch).withLearningRate(0.01f);
        DataSet data = SomeOfMnist.load();
        try (Backend backend = Backends.open("auto", 2);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2));
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), data, config)) {
            trainer.train(tracker, TrainingListener.NONE);
            try (History history = tracker.history()) {
                ForgettingScores scores = ForgettingScores.of(history);
                for (int id = 0; id < EXAMPLES; id++) {
                    assertEquals(2, scores.presentations(id), "presentations of example " + id);
                }
            }
        }
    }

    @Test
    void shouldStopAtTheStepWhereTheLossIsNoNumberAndKeepWhatWasCommitted() throws IOException {
        DataSet data = SomeOfMnist.load();
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(5)
                .withBatch(100).withLearningRate(1e4f);
        try (Backend backend = Backends.open("auto", 2);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 5));
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), data, config)) {
            String message = assertThrows(NonFiniteLossException.class,
                    () -> trainer.train(tracker, TrainingListener.NONE)).getMessage();
            assertTrue(message.contains("step") && message.contains("epoch 1") && message.contains("10000"), message);
            assertEquals(0, tracker.committedEpochs());
        }
    }

    /**
     * With one step per epoch and no momentum, a rate of 0 changes nothing, so that the second step is the first of a
     * constant rate.
     */
    @Test
    void shouldTakeTheRateOfEveryEpochFromTheSchedule() throws IOException {
        TrainingConfig constant = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(4).withEpochs(1)
                .withBatch(EXAMPLES).withLearningRate(0.5f);
        Map<String, float[]> expected = train("vector", 2, constant).parameters();
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(4).withEpochs(2)
                .withBatch(EXAMPLES).withLearningRate(0.5f)
                .withSchedule(new Schedule.OneCycle(0.5, 0, 0.5));
        DataSet data = SomeOfMnist.load();
        try (Backend backend = Backends.open("vector", 2);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), data, config)) {
            Map<String, float[]> initial = trainer.parameters();
            trainer.trainEpoch(TrainingListener.NONE);
            initial.forEach((name, values) -> assertArrayEquals(values, trainer.parameters().get(name), name));
            trainer.trainEpoch(TrainingListener.NONE);
            expected.forEach((name, values) -> assertArrayEquals(values, trainer.parameters().get(name), 1e-6f, name));
            assertFalse(Arrays.equals(initial.get("fc2.weight"), expected.get("fc2.weight")));
        }
    }

    @Test
    void shouldTakeTheRateOfEveryStepFromTheSchedule() throws IOException {
        Schedule schedule = Schedule.parse("warmup:10steps+constant");
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(1)
                .withBatch(100).withLearningRate(1e30f)
                .withSchedule(schedule);
        String message = assertThrows(NonFiniteLossException.class, () -> train("auto", 2, config)).getMessage();
        long step = Long.parseLong(message.replaceAll(".*at step (\\d+) of epoch 1.*", "$1"));
        assertTrue(step > 1 && message.contains("learning rate " + schedule.rate(1e30f, step - 1, 10, 1) + ":"),
                message);
        assertTrue(message.endsWith("try a base learning rate of 1.0E29 or less"), message);
    }

    @Test
    void shouldRefuseMoreStepsThanCanBeCounted() {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1).withEpochs(42_949)
                .withBatch(1).withLearningRate(0.1f);
        Shape images = Shape.of(50_000, 28, 28, 1);
        config.requireFits(images);
        assertEquals("epochs=42950 of 50000 steps are more than the 2147483647 steps that can be counted: choose fewer "
                + "epochs, or larger batches",
                assertThrows(IllegalArgumentException.class,
                        () -> config.withEpochs(42_950).requireFits(images)).getMessage());
    }

    @Test
    void shouldRefuseABatchLargerThanTheData() {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1).withEpochs(1)
                .withBatch(EXAMPLES + 1).withLearningRate(0.1f);
        String message = assertThrows(IllegalArgumentException.class, () -> train("reference", 1, config)).getMessage();
        assertTrue(message.contains("batch=1001") && message.contains("1000"), message);
    }
}
