package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;
import dev.lethe.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * The contract on layouts, lowering and the sources of the CUDA kernels, with the host as the device, where activations
 * and scratch memory are NaN before each run.
 */
class CudaBackendOnHostTest {
    private static final List<PoisonedHost> OPENED = new ArrayList<>();

    @AfterAll
    static void requirePoison() {
        int runs = OPENED.stream().mapToInt(PoisonedHost::poisonedRuns).sum();
        assertTrue(runs >= OPENED.size(), runs + " runs on " + OPENED.size() + " hosts began with poisoned memory");
        OPENED.clear();
    }

    abstract static class OnHost extends BackendContract {
        @BeforeAll
        static void requireCompiler() {
            assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        }

        @Override
        protected Backend open() {
            PoisonedHost host = new PoisonedHost();
            OPENED.add(host);
            return host;
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
