package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.nativelib.cuda.ConvolutionProblem.Part;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plans of cuDNN for the convolutions of the zoo on an H200, from its description, so that no GPU is needed;
 * skipped if cuDNN's libraries are missing.
 */
class CudnnConvolutionTest {
    private static final String H200 = """
            {"cudaDeviceId":0,"deviceName":"NVIDIA H200","deviceVer":900,"driverVer":13000,"isTccDriver":0,\
            "l2CacheSize":62914560,"maxCtasPerSM":32,"maxRegistersPerSM":65536,"maxSharedMemoryPerBlock":49152,\
            "maxSharedMemoryPerBlockOptin":232448,"maxThreadsPerBlock":1024,"maxThreadsPerSM":2048,\
            "memClockRateKHz":3201000,"multiProcessorCount":132,"pciDeviceId":0,"regsPerBlock":65536,\
            "reservedSharedMemoryPerBlock":1024,"smClockRateKHz":1980000,"supportCoopLaunch":1,\
            "totalGlobalMem":150000000000,"warpSize":32,"maxBlockSize":[1024,1024,64],\
            "maxGridSize":[2147483647,65535,65535]}""";

    private static CudnnTarget target;

    @BeforeAll
    static void load() {
        try {
            CudaMachine.loadBindings(CudaLibraries.load(System.getenv()));
            target = CudnnTarget.described(H200);
        } catch (CudaLibraries.MissingException | LinkageError e) {
            abort("cuDNN cannot be loaded here: " + e.getMessage());
        }
    }

    @AfterAll
    static void close() {
        if (target != null) {
            target.close();
        }
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
        try (CudnnConvolution convolution = new CudnnConvolution(target, problem, false)) {
            List<CudnnDescriptor> plans = convolution.plans(3, Long.MAX_VALUE);
            assertFalse(plans.isEmpty());
            CudnnDescriptor first = plans.getFirst();
            assertTrue(CudnnConvolution.workspaceBytes(first) >= 0);
            String text = CudnnConvolution.text(first);
            try (CudnnDescriptor restored = assertDoesNotThrow(() -> CudnnConvolution.restored(target, text))) {
                assertEquals(CudnnConvolution.workspaceBytes(first), CudnnConvolution.workspaceBytes(restored));
            }
            plans.forEach(CudnnDescriptor::close);
        }
    }
}
