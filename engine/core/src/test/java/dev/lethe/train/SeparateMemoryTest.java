package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results of training, which do not depend on whether plans share memory with the trainer. */
class SeparateMemoryTest {
    private static final int EXAMPLES = 150;
    /** Number of test examples: more than one evaluation takes. */
    private static final int TESTED = 530;
    private static final int EPOCHS = 2;
    private static final DataSet DATA = SomeOfMnist.of(EXAMPLES, TESTED);
    private static final Network NETWORK = Network.of("small", Layer.convolution("conv", 6, 4).stride(4),
            Layer.batchNorm("bn"), Layer.relu(), Layer.maxPool(2), new Layer.Dropout(0.2f), Layer.linear("fc", 10));

    /** Configuration of epochs with three batches of 40 and one of 30, in which data change from epoch to epoch. */
    private static final TrainingConfig SGD = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(3)
            .withEpochs(EPOCHS).withBatch(40).withLearningRate(0.05f).withSchedule(Schedule.parse("warmup:1+cosine"))
            .withAugmentation(Augmentation.parse("crop:2+flip")).withLabelSmoothing(0.1f);
    private static final TrainingConfig ADAMW = TrainingConfig.of(Optimizer.AdamW.standard()).withSeed(4)
            .withEpochs(EPOCHS).withBatch(40).withLearningRate(1e-2f).withSchedule(Schedule.parse("warmup:1+cosine"))
            .withAugmentation(Augmentation.parse("crop:2+cutout:4")).withLabelSmoothing(0);

    @TempDir
    private Path folder;

    static Stream<TrainingConfig> configurations() {
        return Stream.of(SGD, SGD.withUpdate(UpdateOptions.NONE.withAverageDecay(0.8)),
                ADAMW.withTestViews(TestViews.MIRROR),
                SGD.withUpdate(UpdateOptions.NONE.withLookahead(new Lookahead(3, 0.5, 1)))
                        .withTestViews(TestViews.MIRROR_SHIFT),
                ADAMW.withUpdate(UpdateOptions.NONE.withParts(2).withAverageDecay(0.9).withClipNorm(1))
                        .withLabelSmoothing(0.2f).withTestViews(TestViews.MIRROR));
    }

    /**
     * Results that can be read after a run.
     *
     * @param history bytes of the tracker's file
     * @param metrics metrics without times
     * @param presentations columns of the presentations, as bits
     */
    private record Outcome(byte[] history, List<List<Double>> metrics, List<int[]> presentations,
            List<int[]> testPredictions, Map<String, NamedArray> weights, Map<String, NamedArray> optimizer) {

        static Outcome of(Path history, List<EpochMetrics> metrics, Trainer trainer) throws IOException {
            return new Outcome(Files.readAllBytes(history), metrics.stream().map(Outcome::results).toList(),
                    bits(trainer.presentations()), bits(trainer.testPredictions()), trainer.weights(),
                    trainer.optimizerState());
        }

        private static List<Double> results(EpochMetrics metrics) {
            return List.of((double) metrics.epoch(), metrics.trainLoss(), metrics.trainAccuracy(), metrics.testLoss(),
                    metrics.testAccuracy());
        }

        private static List<int[]> bits(Presentations presentations) {
            PresentationColumns columns = presentations.columns();
            return Stream.of(columns.ids(), presentations.predicted(), columns.correct(), columns.margins(),
                    columns.el2n(), columns.probabilities(), columns.losses())
                    .map((MemorySegment c) -> c.toArray(ValueLayout.JAVA_INT))
                    .toList();
        }

        void assertSame(Outcome other) {
            assertEquals(metrics, other.metrics);
            assertArrayEquals(history, other.history, "history");
            assertArrayEquals(presentations.toArray(), other.presentations.toArray(), "presentations");
            assertArrayEquals(testPredictions.toArray(), other.testPredictions.toArray(), "testPredictions");
            assertSame(weights, other.weights);
            assertSame(optimizer, other.optimizer);
        }

        private static void assertSame(Map<String, NamedArray> expected, Map<String, NamedArray> actual) {
            assertEquals(expected.keySet(), actual.keySet());
            expected.forEach((name, array) -> assertArrayEquals(array.floats(), actual.get(name).floats(), name));
        }
    }

    private static Trainer trainer(Backend backend, TrainingConfig config) {
        return new Trainer(backend, NETWORK, DATA, config);
    }

    /** Trains all epochs by one trainer. */
    private Outcome train(Backend backend, TrainingConfig config) throws IOException {
        Path history = folder.resolve(backend.info().name());
        try (backend;
                ForgettingTracker tracker = ForgettingTracker.create(history, TrackerSpec.of(EXAMPLES, EPOCHS));
                Trainer trainer = trainer(backend, config)) {
            List<EpochMetrics> metrics = trainer.train(tracker, TrainingListener.NONE);
            return Outcome.of(history, metrics, trainer);
        }
    }

    /** Trains one epoch, and the others by a trainer that continues from its checkpoint. */
    private Outcome resume(Backend backend, TrainingConfig config) throws IOException {
        Path history = folder.resolve(backend.info().name());
        try (backend;
                ForgettingTracker tracker = ForgettingTracker.create(history, TrackerSpec.of(EXAMPLES, EPOCHS));
                Trainer first = trainer(backend, config);
                Trainer second = trainer(backend, config)) {
            List<EpochMetrics> metrics = new ArrayList<>();
            metrics.add(first.trainEpoch(tracker, TrainingListener.NONE));
            second.restore(first.epochs(), first.weights(), first.optimizerState());
            metrics.addAll(second.train(tracker, TrainingListener.NONE));
            return Outcome.of(history, metrics, second);
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldTrainToTheSameBits(TrainingConfig config) throws IOException {
        train(new ReferenceBackend(), config).assertSame(train(new SeparateMemoryBackend(), config));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldGoOnFromACheckpointToTheSameBits(TrainingConfig config) throws IOException {
        resume(new ReferenceBackend(), config).assertSame(resume(new SeparateMemoryBackend(), config));
    }

    @Test
    void shouldTrainAControlToTheSameBits() throws IOException {
        EpochMetrics[] metrics = new EpochMetrics[2];
        try (Backend shared = new ReferenceBackend();
                Backend separate = new SeparateMemoryBackend();
                ShuffledGradientControl expected = new ShuffledGradientControl(shared, NETWORK, DATA, SGD,
                        Arithmetic.PLAIN);
                ShuffledGradientControl actual = new ShuffledGradientControl(separate, NETWORK, DATA, SGD,
                        Arithmetic.PLAIN)) {
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                metrics[0] = expected.trainEpoch(TrainingListener.NONE);
                metrics[1] = actual.trainEpoch(TrainingListener.NONE);
                assertEquals(Outcome.results(metrics[0]), Outcome.results(metrics[1]));
            }
            assertArrayEquals(expected.control().presentations().predictedByExample(),
                    actual.control().presentations().predictedByExample());
            Outcome.assertSame(expected.control().weights(), actual.control().weights());
        }
    }

    /**
     * Returns the message that names the step of a loss that is no number, after checking that nothing was committed.
     */
    private static String refusal(Backend backend, TrainingConfig config) throws IOException {
        try (backend;
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, EPOCHS));
                Trainer trainer = trainer(backend, config)) {
            String message = assertThrows(NonFiniteLossException.class,
                    () -> trainer.train(tracker, TrainingListener.NONE)).getMessage();
            assertEquals(trainer.epochs(), tracker.committedEpochs());
            return trainer.epochs() + " committed: " + message;
        }
    }

    @Test
    void shouldRefuseALossThatIsNoNumberAtTheSameStep() throws IOException {
        TrainingConfig first = TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(EPOCHS)
                .withBatch(20).withLearningRate(1e30f)
                .withSchedule(Schedule.parse("warmup:10steps+constant"));
        String expected = refusal(new ReferenceBackend(), first);
        assertTrue(expected.matches("0 committed: the loss became .* at step [2-7] of epoch 1 with .*"), expected);
        assertEquals(expected, refusal(new SeparateMemoryBackend(), first));
        TrainingConfig second = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1).withEpochs(EPOCHS)
                .withBatch(20).withLearningRate(1e-2f)
                .withSchedule(new Schedule.MultiStep(List.of(1), 1e36));
        expected = refusal(new ReferenceBackend(), second);
        assertTrue(expected.matches("1 committed: the loss became .* at step [2-7] of epoch 2 with .*"), expected);
        assertEquals(expected, refusal(new SeparateMemoryBackend(), second));
    }

    @Test
    void shouldRefuseToEndAnEpochHoweverOftenItIsAsked() throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(EPOCHS)
                .withBatch(20).withLearningRate(1e30f);
        try (Backend backend = new SeparateMemoryBackend();
                Trainer trainer = trainer(backend, config)) {
            Trainer.Epoch epoch = trainer.beginEpoch(TrainingListener.NONE);
            while (epoch.step()) {
                assertEquals(0, trainer.epochs());
            }
            String message = assertThrows(NonFiniteLossException.class, epoch::end).getMessage();
            assertEquals(message, assertThrows(NonFiniteLossException.class, epoch::end).getMessage());
            assertEquals(0, trainer.epochs());
        }
    }

    @Test
    void shouldAskForResultsOnceAnEpochAndOnceATest() throws IOException {
        try (SeparateMemoryBackend backend = new SeparateMemoryBackend(); Trainer trainer = trainer(backend, SGD)) {
            List<Integer> steps = new ArrayList<>();
            TrainingListener listener = new TrainingListener() {
                @Override
                public void stepDone(int epoch, int presentations, double meanLoss) {
                    assertEquals(12 * (epoch - 1), backend.downloads(), "downloads before the end of epoch " + epoch);
                    assertTrue(Double.isNaN(meanLoss), "a loss that nobody has asked for");
                    steps.add(presentations);
                }
            };
            trainer.train(listener);
            assertEquals(List.of(40, 80, 120, 150, 40, 80, 120, 150), steps);
            assertEquals(24, backend.downloads(), "six columns of presentations and six of testPredictions an epoch");
            Evaluation tested = trainer.evaluate();
            assertTrue(Double.isFinite(tested.loss()), tested.toString());
            assertEquals(30, backend.downloads());
        }
    }

    @Test
    void shouldTellTheMeanLossOfEachStepWhereMemoryIsShared() throws IOException {
        try (Backend backend = new ReferenceBackend(); Trainer trainer = trainer(backend, SGD)) {
            List<Double> losses = new ArrayList<>();
            EpochMetrics metrics = trainer.trainEpoch(new TrainingListener() {
                @Override
                public void stepDone(int epoch, int presentations, double meanLoss) {
                    assertEquals(trainer.presentations().lossSum(0, presentations) / presentations, meanLoss, 1e-12);
                    losses.add(meanLoss);
                }
            });
            assertEquals(4, losses.size());
            assertEquals(metrics.trainLoss(), losses.getLast());
        }
    }
}
