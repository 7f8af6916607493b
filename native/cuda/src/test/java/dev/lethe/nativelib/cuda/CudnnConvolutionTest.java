package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.nativelib.cuda.ConvolutionProblem.Part;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plans of cuDNN for convolutions of many shapes on an H200, from its description, so that no GPU is needed;
 * skipped if cuDNN's libraries are missing. The engine's {@code CudnnPlansOfTheZooTest} has those of whole networks.
 */
class CudnnConvolutionTest {
    private static Optional<DescribedGpu> gpu = Optional.empty();

    @BeforeAll
    static void load() {
        gpu = DescribedGpu.open();
        assumeTrue(gpu.isPresent(), "cuDNN cannot be loaded here");
    }

    @AfterAll
    static void close() {
        gpu.ifPresent(DescribedGpu::close);
    }

    static Stream<ConvolutionProblem> problems() {
        return Stream.of(DType.F32, DType.BF16).flatMap(type -> Stream.of(Part.values()).flatMap(part -> Stream.of(
                of(part, type, 512, 32, 64, new ConvolutionSpec(64, 64, 3, 1, 1, 1, 1)),
                of(part, type, 512, 16, 128, new ConvolutionSpec(128, 256, 3, 2, 1, 1, 1)),
                of(part, type, 512, 16, 128, new ConvolutionSpec(128, 256, 1, 2, 0, 1, 1)),
                of(part, type, 512, 32, 8, new ConvolutionSpec(3, 64, 3, 1, 1, 1, 1)),
                of(part, type, 1000, 32, 8, new ConvolutionSpec(3, 24, 2, 1, 0, 1, 1)),
                of(part, type, 64, 28, 1, ConvolutionSpec.valid(1, 10, 5)),
                of(part, type, 64, 12, 10, ConvolutionSpec.valid(10, 20, 5)),
                of(part, type, 33, 32, 16, new ConvolutionSpec(16, 16, 3, 1, 1, 1, 1)),
                ConvolutionProblem.linear(part, type, Shape.of(512, 512), 10),
                ConvolutionProblem.linear(part, type, Shape.of(64, 4, 4, 20), 50),
                ConvolutionProblem.linear(part, type, Shape.of(64, 28, 28, 1), 1000))));
    }

    private static ConvolutionProblem of(Part part, DType type, int batch, int side, int channels,
            ConvolutionSpec spec) {
        Shape input = Shape.of(batch, side, side, spec.inputChannels());
        return ConvolutionProblem.of(part, type, spec, input, spec.outputShape(input), channels);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void shouldHaveADeterministicPlanThatCanBeKept(ConvolutionProblem problem) {
        assertDoesNotThrow(() -> gpu.orElseThrow().requirePlan(problem));
    }

    abstract static class Planned extends BackendContract {
        @BeforeAll
        static void requireCompiler() {
            assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        }

        @Override
        protected Backend open() {
            return gpu.orElseThrow().backend();
        }
    }

    @Nested
    class PlannedFloats extends Planned {}

    @Nested
    class PlannedBFloat16s extends Planned {
        @Override
        protected DType activations() {
            return DType.BF16;
        }
    }
}
