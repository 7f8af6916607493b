package dev.lethe.nativelib.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;
import dev.lethe.kernels.Backends;
import dev.lethe.nativelib.HugePageArena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The CPU backend keeps the contract with any number of workers, and leaves no native memory behind. */
class OneDnnBackendTest {
    abstract static class LeakChecked extends BackendContract {
        private final String name;
        private final int threads;
        private long before;

        LeakChecked(String name, int threads) {
            this.name = name;
            this.threads = threads;
        }

        @BeforeEach
        void rememberMemory() {
            before = HugePageArena.liveBytes();
        }

        @AfterEach
        void assertNoMemoryLeft() {
            assertEquals(before, HugePageArena.liveBytes(), "bytes of native memory left");
        }

        @Override
        protected Backend open() {
            return Backends.open(name, threads);
        }
    }

    @Nested
    class OneWorker extends LeakChecked {
        OneWorker() {
            super("onednn", 1);
        }
    }

    @Nested
    class TwoWorkers extends LeakChecked {
        TwoWorkers() {
            super("onednn", 2);
        }
    }

    @Nested
    class FiveWorkers extends LeakChecked {
        FiveWorkers() {
            super("onednn", 5);
        }
    }

    @Nested
    class VectorOneWorker extends LeakChecked {
        VectorOneWorker() {
            super("vector", 1);
        }

        @Override
        protected boolean hasEveryOperation() {
            return false;
        }
    }

    @Nested
    class VectorThreeWorkers extends LeakChecked {
        VectorThreeWorkers() {
            super("vector", 3);
        }

        @Override
        protected boolean hasEveryOperation() {
            return false;
        }
    }

    @Nested
    class CpuTwoWorkers extends LeakChecked {
        CpuTwoWorkers() {
            super("cpu", 2);
        }
    }

    @Test
    void shouldBeTheBackendThatAutoChooses() {
        try (Backend backend = Backends.open(Backends.AUTO, 1)) {
            assertEquals("cpu", backend.info().name());
        }
    }
}
