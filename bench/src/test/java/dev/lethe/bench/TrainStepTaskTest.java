package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.tensor.DType;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainStepTaskTest {
    private static final BenchmarkModel MODEL = BenchmarkModel.MNIST_CNN;

    @ParameterizedTest
    @EnumSource
    void shouldGiveEveryEngineTheSameTask(BenchmarkModel model) {
        TrainStepTask one = TrainStepTask.seeded(model, DType.F32, 3, 1);
        TrainStepTask other = TrainStepTask.seeded(model, DType.F32, 3, 2);
        for (ParameterSpec parameter : model.parameters()) {
            assertArrayEquals(one.weights().values(parameter.name()), other.weights().values(parameter.name()));
        }
        for (int batch = 0; batch < one.batches().count(); batch++) {
            assertArrayEquals(one.batches().images(batch), other.batches().images(batch));
            assertArrayEquals(one.batches().labels(batch), other.batches().labels(batch));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDrawWeightsFromTheWholeIntervalThatPyTorchUses(BenchmarkModel model) {
        InitialWeights weights = InitialWeights.seeded(model, 7);
        for (ParameterSpec parameter : model.parameters()) {
            float[] values = weights.values(parameter.name());
            assertEquals(parameter.size(), values.length);
            if (parameter.start() != ParameterSpec.Start.UNIFORM) {
                float only = parameter.start() == ParameterSpec.Start.ONE ? 1 : 0;
                assertTrue(IntStream.range(0, values.length).allMatch(i -> values[i] == only), parameter.name());
                continue;
            }
            float bound = (float) (1 / Math.sqrt(parameter.fanIn()));
            float largest = (float) IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).max()
                    .orElseThrow();
            assertTrue(largest <= bound && largest > bound / 2, parameter.name() + " reaches " + largest);
        }
    }

    @Test
    void shouldKeepItsWeightsWhenACallerChangesACopy() {
        InitialWeights weights = InitialWeights.seeded(MODEL, 7);
        float before = weights.values("fc2.bias")[0];
        weights.values("fc2.bias")[0] = 42;
        assertEquals(before, weights.values("fc2.bias")[0]);
    }

    @Test
    void shouldNameTheParametersForAnUnknownOne() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> InitialWeights.seeded(MODEL, 7).values("fc3.bias"));
        assertTrue(refused.getMessage().contains("conv1.weight, conv1.bias, conv2.weight"), refused.getMessage());
    }

    @Test
    void shouldPrepareNormalisedImagesOfEveryClass() {
        PreparedBatches batches = PreparedBatches.seeded(MODEL, 4, 100, 7);
        assertEquals(100 * 28 * 28, batches.images(3).length);
        float[] pixels = batches.images(3);
        double mean = IntStream.range(0, pixels.length).mapToDouble(i -> pixels[i]).average().orElseThrow();
        double square = IntStream.range(0, pixels.length).mapToDouble(i -> pixels[i] * pixels[i]).average()
                .orElseThrow();
        assertEquals(0, mean, 0.05);
        assertEquals(1, square, 0.1);
        assertEquals(MODEL.classes(), Arrays.stream(batches.labels(3)).distinct().count());
        assertFalse(Arrays.equals(batches.images(0), batches.images(1)));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 64"})
    void shouldRefuseEmptyBatches(int count, int batch) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> PreparedBatches.seeded(MODEL, count, batch, 7));
        assertTrue(refused.getMessage().contains("count=" + count + ", batch=" + batch), refused.getMessage());
    }

    @Test
    void shouldRefuseZeroThreads() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> TrainStepTask.seeded(MODEL, DType.F32, 1, 0));
        assertTrue(refused.getMessage().contains("threads=0"), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"MNIST_CNN, 64, 32", "MNIST_CNN, 1, 32", "RESNET18, 128, 21", "WRN_28_10, 256, 10",
            "AIRBENCH94, 1000, 4"})
    void shouldPrepareFewerBatchesOfLargerOnes(BenchmarkModel model, int batch, int batches) {
        assertEquals(batches, TrainStepTask.batches(model, batch));
    }

    @ParameterizedTest
    @CsvSource({"MNIST_CNN, 21840, 21840", "RESNET18, 11173962, 11173962",
            "WRN_28_10, 36479194, 36479194", "AIRBENCH94, 1972792, 1971352"})
    void shouldHaveEveryParameterOfTheNetwork(BenchmarkModel model, int all, int trained) {
        assertEquals(all, model.parameters().stream().mapToInt(ParameterSpec::size).sum());
        assertEquals(trained,
                model.parameters().stream().filter(ParameterSpec::trained).mapToInt(ParameterSpec::size).sum());
    }

    @Test
    void shouldTakeGivenWeightsAndBatches() {
        InitialWeights weights = InitialWeights.of(MODEL, InitialWeights.seeded(MODEL, 7)::values);
        assertArrayEquals(InitialWeights.seeded(MODEL, 7).values("fc1.weight"), weights.values("fc1.weight"));
        PreparedBatches seeded = PreparedBatches.seeded(MODEL, 1, 3, 7);
        PreparedBatches given = PreparedBatches.of(MODEL, MODEL.normalization(), new byte[][]{seeded.pixels(0)},
                new int[][]{seeded.labels(0)});
        assertArrayEquals(seeded.images(0), given.images(0));
        assertEquals(3, given.batchSize());
    }

    @Test
    void shouldRefuseGivenWeightsAndBatchesOfAnotherSize() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> InitialWeights.of(MODEL, _ -> new float[5]))
                .getMessage().contains("conv1.weight has 250 values, not 5"));
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> PreparedBatches.of(MODEL, MODEL.normalization(), new byte[1][100], new int[1][2])).getMessage()
                .contains("2 labels and 100 pixels: 2 and 1568 are needed"));
        assertThrows(IllegalArgumentException.class,
                () -> PreparedBatches.of(MODEL, MODEL.normalization(), new byte[0][], new int[0][]));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.9, 0, 1", "0.1, 1, 0, 1", "0.1, 0.9, -1, 1", "0.1, 0.9, 0, 0", "NaN, 0.9, 0, 1"})
    void shouldRefuseAnOptimizerThatCannotTrain(float rate, float momentum, float weightDecay, float scaler) {
        assertThrows(IllegalArgumentException.class,
                () -> new OptimizerSetting(rate, momentum, true, weightDecay, scaler));
    }
}
