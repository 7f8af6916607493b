package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;
import dev.lethe.kernels.BackendProvider.Availability.Available;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract on the GPU backend; skipped, with the reason, on machines without a GPU. */
@Tag("gpu")
class CudaBackendOnGpuTest {
    @BeforeAll
    static void requireGpu() {
        assumeTrue(CudaMachine.here().availability() instanceof Available,
                () -> CudaMachine.here().availability().toString());
    }

    abstract static class OnGpu extends BackendContract {
        @Override
        protected Backend open() {
            return Backends.open(CudaBackend.NAME, 1);
        }
    }

    @Test
    void shouldGatherImagesThatAreSentBatchByBatch() {
        new ImageTablesTest().gatherAll(CudaMachine.here().open(0), Long.MAX_VALUE);
    }

    @Test
    void shouldGatherTheSameImagesWhereTheHostIsAhead() {
        float[] resident = ImageTablesTest.margins(CudaMachine.here().open(0), 0, 64, 256, 200);
        assertArrayEquals(resident,
                ImageTablesTest.margins(CudaMachine.here().open(0), Long.MAX_VALUE, 64, 256, 200));
    }

    @Nested
    class Floats extends OnGpu {}

    @Nested
    class BFloat16s extends OnGpu {
        @Override
        protected DType activations() {
            return DType.BF16;
        }
    }

    /** The default of training: plans are timed, kept, and read back. */
    @Nested
    class FastestFloats extends OnGpu {
        @Override
        protected ConvolutionChoice algorithms() {
            return ConvolutionChoice.FASTEST;
        }
    }
}
