package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Epochs that are broken off, of which a tracker keeps nothing, so that the same one can record them again. */
class BrokenOffEpochTest {
    private static final int EXAMPLES = 60;
    private static final DataSet DATA = SomeOfMnist.of(EXAMPLES, 10);
    private static final Network NETWORK = Network.of("small", Layer.maxPool(4), Layer.linear("fc", 10));

    private static TrainingConfig config(float learningRate) {
        return TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1).withEpochs(2).withBatch(20)
                .withLearningRate(learningRate);
    }

    private static Backend backend(String name) {
        return name.equals("host") ? new ReferenceBackend() : new SeparateMemoryBackend();
    }

    private static void requirePresentations(int each, ForgettingTracker tracker) throws IOException {
        try (History history = tracker.history()) {
            ForgettingScores scores = ForgettingScores.of(history);
            for (int id = 0; id < EXAMPLES; id++) {
                assertEquals(each, scores.presentations(id), "presentations of example " + id);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "device"})
    void shouldDropAnEpochWhoseLossIsNoNumber(String memory) throws IOException {
        try (Backend backend = backend(memory);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2));
                Trainer diverges = new Trainer(backend, NETWORK, DATA, config(1e37f));
                Trainer learns = new Trainer(backend, NETWORK, DATA, config(1e-2f))) {
            Trainer.Epoch epoch = diverges.beginEpoch(tracker, TrainingListener.NONE);
            NonFiniteLossException failure = assertThrows(NonFiniteLossException.class, () -> {
                while (epoch.step()) {
                    assertEquals(0, tracker.committedEpochs());
                }
                epoch.end();
            });
            assertEquals(0, failure.getSuppressed().length);
            assertEquals(0, tracker.nonFinitePresentations());
            assertSame(failure, assertThrows(NonFiniteLossException.class, epoch::end));
            learns.train(tracker, TrainingListener.NONE); // which would be refused repeats of examples
            requirePresentations(2, tracker);
        }
    }

    @Test
    void shouldNotGoOnWithAnEpochWhoseLossWasNoNumber() throws IOException {
        try (Backend backend = new ReferenceBackend();
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2));
                Trainer trainer = new Trainer(backend, NETWORK, DATA, config(1e37f))) {
            Map<String, NamedArray> weights = trainer.weights();
            Trainer.Epoch epoch = trainer.beginEpoch(tracker, TrainingListener.NONE);
            NonFiniteLossException failure = assertThrows(NonFiniteLossException.class, () -> {
                while (epoch.step()) {
                    assertEquals(0, tracker.committedEpochs());
                }
            });
            trainer.replaceWeights(weights); // finite ones, by which the next step would record
            assertSame(failure, assertThrows(NonFiniteLossException.class, epoch::step));
        }
    }

    @Test
    void shouldDropAnOpenEpochWhenACheckpointIsRestored() throws IOException {
        try (Backend backend = new ReferenceBackend();
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2));
                Trainer trainer = new Trainer(backend, NETWORK, DATA, config(1e-2f))) {
            trainer.trainEpoch(tracker, TrainingListener.NONE);
            Map<String, NamedArray> weights = trainer.weights();
            Map<String, NamedArray> state = trainer.optimizerState();
            assertTrue(trainer.beginEpoch(tracker, TrainingListener.NONE).step());
            trainer.restore(1, weights, state);
            trainer.trainEpoch(tracker, TrainingListener.NONE);
            requirePresentations(2, tracker);
        }
    }

    @Test
    void shouldRestoreACheckpointAfterTheTrackerOfAnOpenEpochWasClosed() throws IOException {
        try (Backend backend = new ReferenceBackend();
                Trainer trainer = new Trainer(backend, NETWORK, DATA, config(1e-2f))) {
            Map<String, NamedArray> weights = trainer.weights();
            Map<String, NamedArray> state = trainer.optimizerState();
            try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2))) {
                assertTrue(trainer.beginEpoch(tracker, TrainingListener.NONE).step());
            }
            trainer.restore(0, weights, state);
            assertEquals(1, trainer.trainEpoch(TrainingListener.NONE).epoch());
        }
    }

    @Test
    void shouldChangeNothingWhereATrackerCannotDropAnEpoch(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("history.lethe");
        try (Backend backend = new ReferenceBackend();
                ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(EXAMPLES, 2));
                Trainer trainer = new Trainer(backend, NETWORK, DATA, config(1e-2f))) {
            Map<String, NamedArray> initial = trainer.weights();
            Map<String, NamedArray> state = trainer.optimizerState();
            trainer.trainEpoch(tracker, TrainingListener.NONE);
            Trainer.Epoch epoch = trainer.beginEpoch(tracker, TrainingListener.NONE);
            assertTrue(epoch.step());
            float[] before = trainer.parameters().get("fc.weight");
            byte[] sound = Files.readAllBytes(file);
            byte[] altered = sound.clone();
            for (int i = altered.length / 2; i < altered.length; i++) {
                altered[i] ^= 1;
            }
            Files.write(file, altered);
            assertThrows(UncheckedIOException.class, () -> trainer.restore(0, initial, state));
            assertArrayEquals(before, trainer.parameters().get("fc.weight"));
            assertEquals(1, trainer.epochs());
            Files.write(file, sound);
            assertTrue(epoch.step());
        }
    }
}
