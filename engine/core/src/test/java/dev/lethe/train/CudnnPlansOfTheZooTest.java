package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.model.ModelZoo;
import dev.lethe.nativelib.cuda.DescribedGpu;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The convolutions of the zoo's networks in training and testing, at whole and at odd batches. Where cuDNN's libraries
 * are, it must have a plan for each.
 */
class CudnnPlansOfTheZooTest {
    private static final int PAPER = 50_000; // training images of CIFAR-10
    private static final int TESTED = 500;

    private static DataSet data(String model, int batch) {
        boolean digits = model.equals("mnist-cnn") || model.equals("mlp");
        int channels = digits ? 1 : 3;
        return new DataSet("black", black(batch + PAPER % batch, digits ? 28 : 32, channels),
                black(TESTED, digits ? 28 : 32, channels),
                IntStream.range(0, 10).mapToObj(String::valueOf).toList(),
                new Normalization(Collections.nCopies(channels, 0.5f), Collections.nCopies(channels, 0.2f)));
    }

    private static ImageSet black(int examples, int side, int channels) {
        return ImageSet.of(new byte[examples * side * side * channels], new int[examples], side, side, channels);
    }

    private static ProgramSpec program(String model, DType type, int batch) {
        try (Backend backend = Backends.open("vector", 1)) {
            return new TrainingOps(backend, ModelZoo.create(model, 10), data(model, batch),
                    TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withBatch(batch),
                    TrainerOptions.DEFAULT.withArithmetic(Arithmetic.of(type, ConvolutionChoice.DIRECT))).program();
        }
    }

    private static Set<String> found(Set<String> convolutions, String pattern) {
        Pattern part = Pattern.compile(pattern);
        return convolutions.stream().flatMap(name -> part.matcher(name).results()).map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    @Test
    void shouldFindTheConvolutionsOfAnEpochAndOfATest() {
        Set<String> convolutions = DescribedGpu.convolutions(program("resnet18", DType.BF16, 512));
        assertEquals(Set.of("batch=512", "batch=336", "batch=500"), found(convolutions, "batch=\\d+"));
        assertEquals(Set.of("part=FORWARD", "part=DATA", "part=WEIGHTS"), found(convolutions, "part=\\w+"));
        assertEquals(Set.of("type=BF16", "type=F32"), found(convolutions, "type=\\w+")); // the logits are floats
    }

    static Stream<Arguments> programs() {
        return StreamSupport.stream(ModelZoo.names().spliterator(), false).flatMap(model -> Stream.of(DType.F32,
                DType.BF16).flatMap(
                        type -> IntStream.of(16, 80, 128, 250, 512, 1000)
                                .mapToObj(batch -> Arguments.of(model, type, batch))));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void shouldHaveAPlanForEach(String model, DType type, int batch) {
        Optional<DescribedGpu> gpu = DescribedGpu.open();
        assumeTrue(gpu.isPresent(), "cuDNN cannot be loaded here");
        try (DescribedGpu described = gpu.get()) {
            ProgramSpec program = program(model, type, batch);
            assertDoesNotThrow(() -> described.requirePlans(program));
        }
    }
}
