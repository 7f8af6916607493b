package dev.lethe.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.InitialWeights;
import dev.lethe.bench.PreparedBatches;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepEngineProvider;
import dev.lethe.bench.TrainStepEngines;
import dev.lethe.bench.TrainStepTask;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.model.TrainingFixture;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
            if (provider.refusal(task.model(), task.dtype()).isPresent()) {
                continue; // it needs a GPU
            }
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

    /**
     * Libtorch 2.10 misses the loss of the first step by two in a thousand on a processor of Zen 5, where TensorFlow
     * and Lethe agree on seven digits; with {@code ONEDNN_MAX_CPU_ISA=AVX2} it does too. Elsewhere its runs with one
     * and with two threads part by one in a thousand.
     */
    @Test
    void shouldTrainResNet18AlikeInLibtorchAndTensorFlow() {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.RESNET18, DType.F32, 32, 2);
        float[] expected = losses(new LibtorchProvider(), task, 3);
        float[] actual = losses(new TensorFlowProvider(), task, 3);
        for (int step = 0; step < expected.length; step++) {
            assertEquals(expected[step], actual[step], 1e-2 * expected[step], "step " + step);
        }
    }

    @Test
    void shouldTrainAirbench94AsPyTorchDoesInPython() throws IOException {
        TrainingFixture fixture = TrainingFixture.load("airbench94");
        byte[][] pixels = new byte[fixture.steps()][];
        int[][] labels = new int[fixture.steps()][];
        for (int step = 0; step < pixels.length; step++) {
            pixels[step] = fixture.pixels(step * fixture.batch(), fixture.batch());
            labels[step] = fixture.labels(step * fixture.batch(), fixture.batch());
        }
        BenchmarkModel model = BenchmarkModel.AIRBENCH94;
        TrainStepTask task = new TrainStepTask(model, DType.F32, 2, InitialWeights.of(model, fixture::initial),
                PreparedBatches.of(model, TrainingFixture.normalization(), pixels, labels));
        double[] expected = fixture.numbers("losses");
        float[] actual = losses(new LibtorchProvider(), task, expected.length);
        for (int step = 0; step < expected.length; step++) {
            assertEquals(expected[step] / fixture.batch(), actual[step], 1e-5, "step " + step);
        }
    }

    @ParameterizedTest
    @CsvSource({"libtorch, RESNET18, F32", "libtorch, RESNET18, BF16", "tensorflow, RESNET18, F32",
            "tensorflow, RESNET18, BF16", "libtorch, AIRBENCH94, F32", "libtorch, AIRBENCH94, BF16"})
    void shouldLearnOneBatchByHeart(String engine, BenchmarkModel model, DType dtype) {
        assumeNotRefused(engine, model, dtype);
        TrainStepTask task = new TrainStepTask(model, dtype, 2, InitialWeights.seeded(model, 1),
                PreparedBatches.seeded(model, 1, 16, 2));
        // no more steps: once the batch is known by heart, TensorFlow's bfloat16 sometimes ends in NaN, at the seventh
        float[] losses = losses(TrainStepEngines.named(engine), task, 6);
        assertTrue(losses[5] < 0.8 * losses[0], Arrays.toString(losses));
    }

    @ParameterizedTest
    @CsvSource({"libtorch, RESNET18", "tensorflow, RESNET18", "libtorch, AIRBENCH94"})
    void shouldBeginAtTheSameLossInBothTypes(String engine, BenchmarkModel model) {
        assumeNotRefused(engine, model, DType.BF16);
        float f32 = losses(TrainStepEngines.named(engine), TrainStepTask.seeded(model, DType.F32, 8, 2), 1)[0];
        float bf16 = losses(TrainStepEngines.named(engine), TrainStepTask.seeded(model, DType.BF16, 8, 2), 1)[0];
        assertEquals(f32, bf16, 0.02 * f32);
        assertNotEquals(f32, bf16, "as if bf16 were not used");
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

    @Test
    void shouldRefuseBFloat16sWhereTensorFlowComputesInFloats() {
        TensorFlowProvider tensorflow = new TensorFlowProvider();
        Optional<String> refusal = tensorflow.refusal(BenchmarkModel.RESNET18, DType.BF16);
        assertEquals(TensorFlowProvider.COMPUTES_BF16, refusal.isEmpty(), refusal.toString());
        assertEquals(TensorFlowProvider.COMPUTES_BF16,
                tensorflow.dtypes(BenchmarkModel.RESNET18).contains(DType.BF16));
    }

    private static void assumeNotRefused(String engine, BenchmarkModel model, DType dtype) {
        Optional<String> refusal = TrainStepEngines.named(engine).refusal(model, dtype);
        assumeTrue(refusal.isEmpty(), refusal::toString);
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
