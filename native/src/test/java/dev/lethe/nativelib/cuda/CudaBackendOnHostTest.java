package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;
import dev.lethe.kernels.tensor.DType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Layouts, lowering and the sources of the CUDA kernels keep the contract, on a device that the host stands in for. */
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
