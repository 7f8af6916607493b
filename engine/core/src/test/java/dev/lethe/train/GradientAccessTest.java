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
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientAccessTest {
    private static final DataSet DATA = SomeOfMnist.of(64, 20);
    private static final float RATE = 0.25f;
    private static final List<String> NAMES = List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
            "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");

    private static Map<String, float[]> train(int parts, UpdateHook hook) throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1).withEpochs(1)
                .withBatch(32).withLearningRate(RATE).withUpdate(UpdateOptions.NONE.withParts(parts));
        try (Backend backend = Backends.open("onednn", 1);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), DATA, config,
                        Arithmetic.PLAIN, hook)) {
            trainer.train(TrainingListener.NONE);
            return trainer.parameters();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGiveEachParameterItsGradient(int parts) throws IOException {
        Map<String, float[]> expected = new HashMap<>(); // after the update that follows
        Map<String, float[]> trained = train(parts, gradients -> {
            assertEquals(NAMES, gradients.names());
            assertEquals(List.of(20, 10, 5, 5), gradients.shape("conv2.weight"));
            for (String name : gradients.names()) {
                float[] before = gradients.parameter(name);
                if (expected.containsKey(name)) {
                    assertArrayEquals(expected.get(name), before, 1e-6f, name);
                }
                float[] gradient = gradients.read(name);
                for (int i = 0; i < before.length; i++) {
                    before[i] -= RATE * gradient[i];
                }
                expected.put(name, before);
            }
        });
        NAMES.forEach(name -> assertArrayEquals(expected.get(name), trained.get(name), 1e-6f, name));
    }

    @Test
    void shouldUpdateByGradientsThatWereReplaced() throws IOException {
        Map<String, float[]> initial = new HashMap<>();
        Map<String, float[]> trained = train(1, gradients -> {
            for (String name : gradients.names()) {
                initial.putIfAbsent(name, gradients.parameter(name));
                gradients.write(name, new float[gradients.read(name).length]);
            }
        });
        NAMES.forEach(name -> assertArrayEquals(initial.get(name), trained.get(name), name));
    }

    private static void assertRefused(String words, Executable move) {
        String message = assertThrows(IllegalArgumentException.class, move).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void shouldRefuseNamesAndLengthsThatThereAreNot() throws IOException {
        train(1, gradients -> {
            assertRefused("no parameter 'conv3.weight' is trained: choose one of [conv1.weight,",
                    () -> gradients.read("conv3.weight"));
            assertRefused("no parameter '' is trained", () -> gradients.parameter(""));
            assertRefused("no parameter 'x' is trained", () -> gradients.shape("x"));
            assertRefused("conv1.bias", () -> gradients.write("conv1.bias", new float[9]));
        });
    }
}
