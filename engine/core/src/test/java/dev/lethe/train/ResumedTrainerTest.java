package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.ModelZoo;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainers that continue from a checkpoint, which end like one that never stopped. */
class ResumedTrainerTest {
    private static final TrainingConfig ADAMW = TrainingConfig.of(Optimizer.AdamW.standard()).withSeed(7).withEpochs(3)
            .withBatch(70).withLearningRate(1e-3f);

    private static Trainer trainer(Backend backend, DataSet data, TrainingConfig config) {
        return new Trainer(backend, ModelZoo.create("mnist-cnn", 10), data, config);
    }

    static Stream<TrainingConfig> configurations() {
        return Stream.of(ADAMW.withUpdate(UpdateOptions.NONE.withClipNorm(0.5f)),
                ADAMW.withUpdate(UpdateOptions.NONE.withAverageDecay(0.9).withParts(2)),
                ADAMW.withUpdate(UpdateOptions.NONE.withLookahead(new Lookahead(2, 0.5, 1)).withParts(2)),
                TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(7).withEpochs(3).withBatch(70)
                        .withLearningRate(0.02f));
    }

    static Stream<Arguments> backends() {
        return Stream.concat(configurations().map(config -> Arguments.of("onednn", config)),
                configurations().limit(1).map(config -> Arguments.of("vector", config)));
    }

    /** Each optimizer and kind of update; the passes of one backend are those of the other. */
    @ParameterizedTest
    @MethodSource("backends")
    void shouldGoOnToTheSameBits(String name, TrainingConfig config) throws IOException {
        DataSet data = SomeOfMnist.load();
        try (Backend backend = Backends.open(name, 2); Trainer whole = trainer(backend, data, config)) {
            EpochMetrics last = null;
            for (int epoch = 0; epoch < config.epochs(); epoch++) {
                try (Trainer resumed = trainer(backend, data, config)) {
                    resumed.restore(whole.epochs(), whole.weights(), whole.optimizerState());
                    last = whole.trainEpoch(TrainingListener.NONE);
                    EpochMetrics again = resumed.trainEpoch(TrainingListener.NONE);
                    assertEquals(last.testLoss(), again.testLoss());
                    assertSame(whole.weights(), resumed.weights());
                    assertSame(whole.optimizerState(), resumed.optimizerState());
                }
            }
            assertTrue(last.testAccuracy() > 0.5, last.toString());
        }
    }

    private static void assertSame(Map<String, NamedArray> expected, Map<String, NamedArray> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, array) -> assertArrayEquals(array.floats(), actual.get(name).floats(), name));
    }

    @Test
    void shouldRefuseTheStateOfAnotherOptimizer() {
        DataSet data = SomeOfMnist.load();
        TrainingConfig sgd = TrainingConfig.mnist(1, 1);
        try (Backend backend = Backends.open("vector", 1);
                Trainer one = trainer(backend, data, ADAMW);
                Trainer other = trainer(backend, data, sgd)) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> one.restore(1, other.weights(), other.optimizerState())).getMessage();
            assertTrue(message.contains("conv1.weight.exp_avg") && message.contains("nothing of that name"), message);
        }
    }
}
