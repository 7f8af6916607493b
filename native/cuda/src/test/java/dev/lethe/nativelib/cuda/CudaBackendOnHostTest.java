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
import org.junit.jupiter.api.Tag;

/**
 * The contract on layouts, lowering and the sources of the CUDA kernels, on the host as a {@link GuardedDevice}: a call
 * that goes beyond its tensors, or uses an activation that does not live, fails.
 */
class CudaBackendOnHostTest {
    private static final List<GuardedHost> OPENED = new ArrayList<>();

    @AfterAll
    static void requireGuards() {
        int runs = OPENED.stream().mapToInt(GuardedHost::watchedRuns).sum();
        assertTrue(runs >= OPENED.size(), runs + " runs on " + OPENED.size() + " hosts were watched");
        OPENED.clear();
    }

    abstract static class OnHost extends BackendContract {
        /** Returns each byte of the guards. */
        byte guards() {
            return GuardedDevice.NAN;
        }

        @BeforeAll
        static void requireCompiler() {
            assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        }

        @Override
        protected Backend open() {
            GuardedHost host = new GuardedHost(new GuardedDevice(guards()));
            OPENED.add(host);
            return host;
        }
    }

    @Nested
    class Floats extends OnHost {}

    /** With numbers in the guards that, other than NaNs, are the maximum where one reads them. */
    @Nested
    @Tag("slow")
    class FloatsBesideLargeOnes extends OnHost {
        @Override
        byte guards() {
            return GuardedDevice.LARGE;
        }
    }

    @Nested
    class BFloat16s extends OnHost {
        @Override
        protected DType activations() {
            return DType.BF16;
        }
    }
}
