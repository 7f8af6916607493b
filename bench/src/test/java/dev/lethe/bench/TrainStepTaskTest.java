package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.DType;
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
            float bound = (float) (1 / Math.sqrt(parameter.fanIn()));
            float largest = (float) IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).max()
                    .orElseThrow();
            assertEquals(parameter.size(), values.length);
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

    @Test
    void shouldNameTheTypesAnEngineSupports() {
        TrainStepTask task = TrainStepTask.seeded(MODEL, DType.BF16, 1, 1);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> task.requireDtype("some", DType.F32));
        assertEquals("dtype=BF16 is not supported by engine=some; it trains in [F32]", refused.getMessage());
    }
}
