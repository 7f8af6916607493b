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
import dev.lethe.model.ModelZoo;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShuffledGradientControlTest {
    private static final DataSet DATA = SomeOfMnist.of(128, 64);
    /** Configuration of one step per epoch without momentum: the change is the gradient times the rate. */
    private static final TrainingConfig ONE_STEP = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1)
            .withEpochs(1).withBatch(128).withLearningRate(0.5f);

    private static Map<String, float[]> change(Map<String, float[]> before, Map<String, float[]> after) {
        Map<String, float[]> change = new LinkedHashMap<>();
        before.forEach((name, values) -> {
            float[] moved = after.get(name).clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] -= values[i];
            }
            change.put(name, moved);
        });
        return change;
    }

    @Test
    void shouldMoveByTheGradientsOfTheOtherInAnotherOrder() throws IOException {
        try (Backend backend = Backends.open("cpu", 1);
                Trainer usual = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), DATA, ONE_STEP);
                ShuffledGradientControl networks = new ShuffledGradientControl(backend,
                        ModelZoo.create("mnist-cnn", 10), DATA, ONE_STEP,
                        Arithmetic.PLAIN)) {
            Map<String, float[]> initial = usual.parameters();
            Map<String, float[]> begun = networks.control().parameters();
            initial.forEach((name, values) -> assertArrayEquals(values, begun.get(name), name));
            usual.trainEpoch(TrainingListener.NONE);
            networks.trainEpoch(TrainingListener.NONE);
            Map<String, float[]> trained = change(initial, usual.parameters());
            Map<String, float[]> shuffled = change(initial, networks.control().parameters());
            trained.forEach((name, values) -> {
                float[] other = shuffled.get(name);
                assertFalse(Arrays.equals(values, other), name + " was not shuffled");
                float[] sorted = values.clone();
                Arrays.sort(sorted);
                float[] otherSorted = other.clone();
                Arrays.sort(otherSorted);
                assertArrayEquals(sorted, otherSorted, 1e-6f, name);
            });
        }
    }

    @Test
    void shouldTrainTheSameWithAHookThatOnlyLooks() throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(1).withEpochs(2)
                .withBatch(48).withLearningRate(0.05f);
        int[] looked = new int[1];
        try (Backend backend = Backends.open("cpu", 2);
                Trainer plain = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), DATA, config);
                Trainer watched = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), DATA, config,
                        Arithmetic.PLAIN, gradients -> {
                            looked[0]++;
                            assertTrue(gradients.read(gradients.names().getFirst()).length > 0);
                        })) {
            plain.train(TrainingListener.NONE);
            watched.train(TrainingListener.NONE);
            assertEquals(2 * 3, looked[0], "batches of 48, 48 and 32 in each epoch");
            watched.parameters().forEach(
                    (name, values) -> assertArrayEquals(plain.parameters().get(name), values, 1e-6f, name));
        }
    }

    @Test
    void shouldNotEndAnEpochBeforeItsLastStep() throws IOException {
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), DATA, ONE_STEP)) {
            Trainer.Epoch epoch = trainer.beginEpoch(TrainingListener.NONE);
            assertThrows(IllegalStateException.class, epoch::end);
            assertTrue(epoch.step());
            assertFalse(epoch.step());
            assertEquals(1, epoch.end().epoch());
        }
    }
}
