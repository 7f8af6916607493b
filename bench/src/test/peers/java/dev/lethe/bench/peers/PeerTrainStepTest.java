package dev.lethe.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepEngineProvider;
import dev.lethe.bench.TrainStepEngines;
import dev.lethe.bench.TrainStepTask;
import dev.lethe.kernels.DType;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTrainStepTest {
    private static final double TOLERANCE = 1e-4;

    @Test
    void shouldBeFoundBesideEveryOtherEngine() {
        List<String> names = TrainStepEngines.available().stream().map(TrainStepEngineProvider::label)
                .collect(Collectors.toList());
        assertTrue(names.containsAll(List.of("libtorch", "tensorflow")), names.toString());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 1", "64, 2"})
    void shouldTrainTheSameNetworkInEveryEngine(int batch, int threads) {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, DType.F32, batch, threads);
        float[] expected = losses(TrainStepEngines.named("libtorch"), task, 5);
        for (TrainStepEngineProvider provider : TrainStepEngines.available()) {
            float[] actual = losses(provider, task, 5);
            for (int step = 0; step < expected.length; step++) {
                assertEquals(expected[step], actual[step], TOLERANCE * expected[step],
                        provider.label() + " at step " + step);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"libtorch", "tensorflow"})
    void shouldLearnThePreparedBatches(String engine) {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, DType.F32, 16, 1);
        int epoch = task.batches().count();
        float[] losses = losses(TrainStepEngines.named(engine), task, 8 * epoch);
        assertTrue(mean(losses, 7 * epoch, 8 * epoch) < 0.8 * mean(losses, 0, epoch));
    }

    @ParameterizedTest
    @ValueSource(strings = {"libtorch", "tensorflow"})
    void shouldRefuseAStepAfterClose(String engine) {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, DType.F32, 1, 1);
        TrainStepEngine closed = TrainStepEngines.named(engine).create(task);
        closed.close();
        closed.close();
        IllegalStateException refused = assertThrows(IllegalStateException.class, closed::step);
        assertTrue(refused.getMessage().contains(engine), refused.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = "F32", mode = EnumSource.Mode.EXCLUDE)
    void shouldRefuseOtherTypesThanTheyTrainIn(DType dtype) {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, dtype, 1, 1);
        for (TrainStepEngineProvider peer : List.of(new LibtorchProvider(), new TensorFlowProvider())) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> peer.create(task));
            assertTrue(refused.getMessage().contains("dtype=" + dtype), refused.getMessage());
        }
    }

    private static float[] losses(TrainStepEngineProvider provider, TrainStepTask task, int steps) {
        float[] losses = new float[steps];
        try (TrainStepEngine engine = provider.create(task)) {
            for (int step = 0; step < steps; step++) {
                losses[step] = engine.step();
            }
        }
        return losses;
    }

    private static double mean(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }
}
