package dev.lethe.train;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Repeats;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples, orders and weights of one's own for each epoch. */
class SamplerTest {
    private static final int EXAMPLES = 50;
    private static final int EPOCHS = 3;
    private static final DataSet DATA = SomeOfMnist.of(EXAMPLES, 10);
    private static final Network SMALL = Network.of("small", Layer.maxPool(4), Layer.linear("fc", 10));
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 1e-3f)).withSeed(5)
            .withEpochs(EPOCHS).withBatch(20).withLearningRate(0.02f).withSchedule(Schedule.parse("cosine"));
    private static final Sampler SHUFFLED = (_, shuffled) -> EpochSample.of(shuffled);

    private static Backend backend(String name) {
        return switch (name) {
            case "reference" -> new ReferenceBackend();
            case "device" -> new SeparateMemoryBackend();
            default -> Backends.open(name, 2);
        };
    }

    private static Trainer trainer(Backend backend, Network network, TrainingConfig config, Sampler sampler) {
        return new Trainer(backend, network, DATA, config, TrainerOptions.DEFAULT.withSampler(sampler));
    }

    private static void assertSame(Trainer expected, Trainer actual) {
        Map<String, float[]> values = actual.parameters();
        expected.parameters().forEach((name, array) -> assertArrayEquals(array, values.get(name), name));
    }

    /** Weights of 1 and the usual order are no sampler at all. */
    @ParameterizedTest
    @CsvSource({"reference,1", "device,1", "vector,1", "auto,1", "auto,2"})
    void shouldTrainToTheSameBitsByTheUsualOrder(String name, int parts) throws IOException {
        TrainingConfig config = CONFIG
                .withUpdate(UpdateOptions.NONE.withParts(parts).withLookahead(new Lookahead(4, 0.5,
                        0)));
        Network network = name.equals("reference") || name.equals("device") ? SMALL : ModelZoo.create("mnist-cnn", 10);
        try (Backend backend = backend(name);
                Trainer usual = new Trainer(backend, network, DATA, config);
                Trainer sampled = trainer(backend, network, config, SHUFFLED);
                ForgettingTracker first = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, EPOCHS));
                ForgettingTracker second = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, EPOCHS))) {
            List<EpochMetrics> expected = usual.train(first, TrainingListener.NONE);
            List<EpochMetrics> actual = sampled.train(second, TrainingListener.NONE);
            for (int i = 0; i < EPOCHS; i++) {
                assertEquals(expected.get(i).trainLoss(), actual.get(i).trainLoss());
                assertEquals(expected.get(i).testLoss(), actual.get(i).testLoss());
            }
            assertSame(usual, sampled);
            try (History one = first.history(); History other = second.history()) {
                assertEquals(one.totals(EPOCHS - 1), other.totals(EPOCHS - 1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "device", "auto"})
    void shouldPresentAndRecordWhatWasChosenInItsOrder(String name) throws IOException {
        List<Integer> told = new ArrayList<>();
        Sampler growing = Sampler.ofSizes(epoch -> 10 * epoch + 5, // 15, 25, 35
                (epoch, shuffled) -> EpochSample.of(Arrays.copyOf(shuffled, 10 * epoch + 5)));
        try (Backend backend = backend(name);
                Trainer trainer = trainer(backend, SMALL, CONFIG, growing);
                Trainer usual = new Trainer(backend, SMALL, DATA, CONFIG);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, EPOCHS))) {
            int[] presented = new int[EXAMPLES];
            for (int epoch = 1; epoch <= EPOCHS; epoch++) {
                int size = 10 * epoch + 5;
                EpochMetrics metrics = trainer.trainEpoch(tracker, new TrainingListener() {
                    @Override
                    public void stepDone(int ofEpoch, int presentations, double meanLoss) {
                        told.add(presentations);
                    }
                });
                usual.trainEpoch(TrainingListener.NONE);
                Presentations rows = trainer.presentations();
                assertEquals(size, rows.rows());
                assertEquals(size, rows.predicted().byteSize() / Integer.BYTES);
                int[] ids = rows.columns().ids().toArray(JAVA_INT);
                assertArrayEquals(Arrays.copyOf(usual.presentations().columns().ids().toArray(JAVA_INT), size), ids);
                assertEquals(rows.lossSum(0, size) / size, metrics.trainLoss(), 1e-12);
                assertEquals((double) rows.correctCount(0, size) / size, metrics.trainAccuracy());
                IntStream.of(ids).forEach(id -> presented[id]++);
                int[] predicted = rows.predictedByExample();
                for (int id = 0; id < EXAMPLES; id++) {
                    int example = id;
                    assertEquals(IntStream.of(ids).anyMatch(other -> other == example), predicted[id] >= 0);
                }
            }
            assertEquals(List.of(15, 20, 25, 20, 35), told);
            try (History history = tracker.history()) {
                ForgettingScores scores = ForgettingScores.of(history);
                for (int id = 0; id < EXAMPLES; id++) {
                    assertEquals(presented[id], scores.presentations(id), "presentations of example " + id);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "device", "auto"})
    void shouldPresentExamplesAgainWhereTheTrackerKeepsRepeats(String name) throws IOException {
        Sampler twice = Sampler.ofSize(3, (_, _) -> EpochSample.of(7, 9, 7));
        TrainingConfig config = CONFIG.withEpochs(2);
        TrackerSpec refusing = TrackerSpec.of(EXAMPLES, 6);
        try (Backend backend = backend(name);
                Trainer trainer = trainer(backend, SMALL, config, twice);
                ForgettingTracker tracker = ForgettingTracker.inMemory(refusing.with(Repeats.KEPT));
                ForgettingTracker other = ForgettingTracker.inMemory(refusing)) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> trainer.trainEpoch(other, TrainingListener.NONE)).getMessage();
            assertEquals("the sampler gave example 7 twice for epoch 1: make the tracker with Repeats.KEPT, or give "
                    + "each example once", message);
            trainer.train(tracker, TrainingListener.NONE);
            try (History history = tracker.history()) {
                ForgettingScores scores = ForgettingScores.of(history);
                assertEquals(4, scores.presentations(7));
                assertEquals(2, scores.presentations(9));
                assertEquals(0, scores.presentations(8));
            }
        }
    }

    /** One step without momentum moves the weights by the weighted sum of the gradients. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "device", "vector", "auto"})
    void shouldWeighTheGradientOfEachPresentation(String name) throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1).withEpochs(1).withBatch(3)
                .withLearningRate(0.1f);
        try (Backend backend = backend(name);
                Trainer weighted = trainer(backend, SMALL, config,
                        Sampler.ofSize(3, (_, _) -> EpochSample.of(4, 5, 6).withWeights(1, 0, 2)));
                Trainer repeated = trainer(backend, SMALL, config,
                        Sampler.ofSize(3, (_, _) -> EpochSample.of(4, 6, 6)));
                Trainer byExample = trainer(backend, SMALL, config, Sampler.ofSize(3, (_, _) -> EpochSample
                        .of(4, 5, 6).withWeightsOfExamples(9, 9, 9, 9, 1, 0, 2)))) {
            Map<String, float[]> before = weighted.parameters();
            EpochMetrics metrics = weighted.trainEpoch(TrainingListener.NONE);
            assertEquals(weighted.presentations().lossSum(0, 3) / 3, metrics.trainLoss(), 1e-12);
            repeated.trainEpoch(TrainingListener.NONE);
            byExample.trainEpoch(TrainingListener.NONE);
            assertSame(weighted, byExample);
            Map<String, float[]> expected = repeated.parameters();
            weighted.parameters().forEach((key, values) -> {
                assertArrayEquals(expected.get(key), values, 1e-6f, key);
                assertFalse(Arrays.equals(before.get(key), values), key);
            });
        }
    }

    /** The order is asked for again, so that a function of the epoch gives the same bits after a kill. */
    @Test
    void shouldGoOnToTheSameBitsFromACheckpoint() throws IOException {
        TrainingConfig adam = TrainingConfig.of(new Optimizer.AdamW(0.9f, 0.99f, 1e-8f, 0.01f)).withSeed(2)
                .withEpochs(EPOCHS).withBatch(20).withLearningRate(0.01f).withSchedule(Schedule.parse("cosine"));
        Sampler sampler = Sampler.ofSizes(epoch -> epoch == 1 ? 20 : 40, (epoch, shuffled) -> EpochSample.of(
                Arrays.copyOf(shuffled, epoch == 1 ? 20 : 40)).withWeightsOfExamples(weights(epoch)));
        try (Backend backend = backend("auto"); // a reference keeps more bits than a checkpoint
                Trainer whole = trainer(backend, SMALL, adam, sampler);
                Trainer resumed = trainer(backend, SMALL, adam, sampler)) {
            whole.trainEpoch(TrainingListener.NONE);
            whole.trainEpoch(TrainingListener.NONE);
            Map<String, NamedArray> weights = whole.weights();
            Map<String, NamedArray> state = whole.optimizerState();
            whole.trainEpoch(TrainingListener.NONE);
            resumed.restore(2, weights, state);
            resumed.trainEpoch(TrainingListener.NONE);
            assertSame(whole, resumed);
        }
    }

    private static float[] weights(int epoch) {
        float[] weights = new float[EXAMPLES];
        for (int id = 0; id < EXAMPLES; id++) {
            weights[id] = 1 + (id + epoch) % 3;
        }
        return weights;
    }

    /** Each epoch has the same share of the schedule, however many steps it has. */
    @Test
    void shouldGiveEveryEpochItsShareOfTheSchedule() throws IOException {
        List<String> asked = new ArrayList<>();
        Schedule schedule = Schedule.of("asked", (step, stepsPerEpoch, epochs) -> {
            asked.add(step + " of " + stepsPerEpoch + "x" + epochs);
            return 1;
        });
        Sampler sampler = Sampler.ofSizes(epoch -> epoch == 1 ? 40 : 20,
                (epoch, shuffled) -> EpochSample.of(Arrays.copyOf(shuffled, epoch == 1 ? 40 : 20)));
        try (Backend backend = new ReferenceBackend();
                Trainer trainer = trainer(backend, SMALL, CONFIG.withSchedule(schedule), sampler)) {
            trainer.train(TrainingListener.NONE);
        }
        assertEquals(List.of("0 of 2x3", "1 of 2x3", "1 of 1x3", "2 of 1x3"), asked);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "49|the sampler gave 49 presentations for epoch 1 and said presentations=50: give as many, or say so in "
                    + "presentations()",
            "-1|the sampler gave example -1 for epoch 1: the training set has examples 0 to 49",
            "50|the sampler gave example 50 for epoch 1: the training set has examples 0 to 49"})
    void shouldRefuseASampleThatCannotBePresented(int wrong, String message) throws IOException {
        Sampler sampler = (_, shuffled) -> {
            shuffled[3] = wrong;
            return EpochSample.of(wrong == 49 ? Arrays.copyOf(shuffled, 49) : shuffled);
        };
        try (Backend backend = new ReferenceBackend(); Trainer trainer = trainer(backend, SMALL, CONFIG, sampler)) {
            for (int i = 0; i < 2; i++) { // no epoch is left open
                assertEquals(message, assertThrows(IllegalArgumentException.class,
                        () -> trainer.trainEpoch(TrainingListener.NONE)).getMessage());
            }
            assertEquals(0, trainer.epochs());
        }
    }

    @Test
    void shouldRefuseSizesThatCannotBeCompiled() throws IOException {
        try (Backend backend = new ReferenceBackend()) {
            assertRefused(backend, CONFIG, Sampler.ofSize(0, SHUFFLED),
                    "the sampler says presentations=0 for epoch 1: at least 1 is needed");
            assertRefused(backend, CONFIG.withEpochs(9), Sampler.ofSizes(epoch -> 20 + epoch, SHUFFLED),
                    "the epochs of the sampler end with batches of 9 sizes beside batch=20");
            assertRefused(backend, CONFIG.withBatch(1), Sampler.ofSize(Integer.MAX_VALUE, SHUFFLED),
                    "epochs 1 to 2 of the sampler have 4294967294 steps");
            assertRefused(backend, CONFIG.withUpdate(UpdateOptions.NONE.withLookahead(new Lookahead(9, 0.5, 0))),
                    Sampler.ofSize(20, SHUFFLED), "lookahead every=9 steps is more than the 3 that are made");
        }
    }

    private static void assertRefused(Backend backend, TrainingConfig config, Sampler sampler, String message) {
        String actual = assertThrows(IllegalArgumentException.class, () -> trainer(backend, SMALL, config, sampler))
                .getMessage();
        assertTrue(actual.startsWith(message), actual);
    }

    @Test
    void shouldRefuseWeightsThatDoNotFit() {
        EpochSample sample = EpochSample.of(3, 1);
        assertEquals("1 weights for 2 presentations: give one for each",
                assertThrows(IllegalArgumentException.class, () -> sample.withWeights(1)).getMessage());
        assertEquals("presentation 1, of example 1, has weight=NaN: give finite numbers",
                assertThrows(IllegalArgumentException.class, () -> sample.withWeights(1, Float.NaN)).getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> sample.withWeightsOfExamples(1, 1, 1))
                .getMessage().startsWith("example 3 has no weight among 3"));
        assertArrayEquals(new float[]{1, 1}, sample.weights());
        assertArrayEquals(new float[]{4, 2}, sample.withWeightsOfExamples(1, 2, 3, 4).weights());
        assertEquals(EpochSample.of(3, 1), sample);
    }
}
