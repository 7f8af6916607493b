package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;
import dev.lethe.kernels.tensor.DType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract on layouts, lowering and the sources of the CUDA kernels, with the host as the device. */
class CudaBackendOnHostTest {
    abstract static class OnHost extends BackendContract {
        @BeforeAll
        static void requireCompiler() {
            assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        }

        @Override
        protected Backend open() {
            return new CudaBackend(new HostDevice());
        }
    }

    @Nested
    class Floats extends OnHost {}

    @Nested
    class BFloat16s extends OnHost {
        @Override
        protected DType activations() {
            return DType.BF16;
        }
    }
}
