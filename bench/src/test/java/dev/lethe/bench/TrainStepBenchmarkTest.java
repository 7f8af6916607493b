package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.tensor.DType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainStepBenchmarkTest {
    private record Named(String label) implements TrainStepEngineProvider {
        @Override
        public Set<DType> dtypes(BenchmarkModel model) {
            return model == BenchmarkModel.MNIST_CNN ? Set.of(DType.F32) : Set.of();
        }

        @Override
        public TrainStepEngine create(TrainStepTask task) {
            throw new UnsupportedOperationException(label);
        }
    }

    /** An engine whose steps all have one loss. */
    private record Constant(float loss) implements TrainStepEngine {
        @Override
        public float step() {
            return loss;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldFindAnEngineByName() {
        Named wanted = new Named("b");
        assertSame(wanted, TrainStepEngines.named("b", List.of(new Named("a"), wanted)));
    }

    @Test
    void shouldNameTheChoicesForAnUnknownEngine() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> TrainStepEngines.named("c", List.of(new Named("b"), new Named("a"))));
        assertTrue(refused.getMessage().startsWith("unknown engine=c; the choices are: a, b "), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MNIST_CNN", "alexnet"})
    void shouldNameTheChoicesForAnUnknownModel(String model) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> BenchmarkModel.named(model));
        assertEquals("unknown model=" + model + "; the choices are: mnist-cnn, resnet18, wrn-28-10, airbench94",
                refused.getMessage());
    }

    @Test
    void shouldFindEveryModelByItsLabel() {
        for (BenchmarkModel model : BenchmarkModel.values()) {
            assertSame(model, BenchmarkModel.named(model.label()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "MNIST_CNN | BF16 | engine=a does not train model=mnist-cnn in dtype=BF16; it trains it in [F32].",
            "RESNET18 | F32 | engine=a does not have model=resnet18; it has mnist-cnn."})
    void shouldSayWhatAnEngineCannotTrain(BenchmarkModel model, DType dtype, String sentence) {
        assertEquals(Optional.of(sentence), new Named("a").refusal(model, dtype));
        TrainStepTask task = TrainStepTask.seeded(model, dtype, 1, 1);
        assertEquals(sentence, assertThrows(IllegalArgumentException.class, () -> new Named("a").requireSupport(task))
                .getMessage());
    }

    @Test
    void shouldRefuseNothingThatAnEngineTrains() {
        assertEquals(Optional.empty(), new Named("a").refusal(BenchmarkModel.MNIST_CNN, DType.F32));
    }

    @ParameterizedTest
    @CsvSource({"none, mnist-cnn, f32, unknown engine=none", "lethe, none, f32, unknown model=none",
            "lethe, mnist-cnn, none, unknown dtype=none"})
    void shouldFailWithASentenceOnAnUnknownParameter(String engine, String model, String dtype, String sentence) {
        TrainStepBenchmark benchmark = new TrainStepBenchmark();
        benchmark.engine = engine;
        benchmark.model = model;
        benchmark.dtype = dtype;
        benchmark.batch = 1;
        benchmark.threads = 1;
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, benchmark::createEngine);
        assertTrue(refused.getMessage().startsWith(sentence), refused.getMessage());
    }

    @Test
    void shouldCountTheImagesOfEveryStep() {
        TrainStepBenchmark benchmark = new TrainStepBenchmark();
        benchmark.trainer = new Constant(2);
        benchmark.batch = 64;
        TrainStepBenchmark.Throughput throughput = new TrainStepBenchmark.Throughput();
        benchmark.step(throughput);
        assertEquals(2, benchmark.step(throughput));
        assertEquals(128, throughput.images);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void shouldRefuseToMeasureADivergedNetwork(float loss) {
        TrainStepBenchmark benchmark = new TrainStepBenchmark();
        benchmark.engine = "stub";
        benchmark.trainer = new Constant(loss);
        benchmark.step(new TrainStepBenchmark.Throughput());
        IllegalStateException refused = assertThrows(IllegalStateException.class, benchmark::requireFiniteLoss);
        assertTrue(refused.getMessage().startsWith("loss=" + loss + " with engine=stub"), refused.getMessage());
    }
}
