package dev.lethe.nativelib.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.RandomOpsContract;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.ffm.HugePageArena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Random operations on the CPU backends, in memory that is poisoned before it is used. */
class RandomOpsTest {
    @Test
    void shouldRunInPoisonedMemory() {
        try (HugePageArena arena = HugePageArena.shared()) {
            float fresh = arena.allocateUninitialized(Float.BYTES).get(ValueLayout.JAVA_FLOAT, 0);
            assertTrue(Float.isNaN(fresh), "the tests need -Dlethe.poison=true");
        }
    }

    @Nested
    class OneDnnTest extends RandomOpsContract {
        @Override
        protected Backend open() {
            return Backends.open("onednn", 2);
        }
    }

    @Nested
    class BFloat16Test extends RandomOpsContract {
        @Override
        protected Backend open() {
            return Backends.open("onednn", 3);
        }

        @Override
        protected DType activations() {
            return DType.BF16;
        }
    }

    @Nested
    class VectorTest extends RandomOpsContract {
        @Override
        protected Backend open() {
            return Backends.open("vector", 3);
        }
    }

    @Nested
    class BatchLastTest extends RandomOpsContract {
        @Override
        protected Backend open() {
            return new CpuBackend(CpuBackend.Variant.VECTOR, 1,
                    new ConvolutionTimings(ConvolutionTimings.defaultFile()), (_, _) -> ActivationLayout.BATCH_LAST);
        }

        @Override
        protected boolean hasEveryOperation() {
            return false;
        }
    }

    @Nested
    class VectorWinogradTest extends WinogradTest {
        @Override
        protected Backend open() {
            return Backends.open("vector", 2);
        }
    }

    @Nested
    class WinogradTest extends RandomOpsContract {
        @Override
        protected Backend open() {
            return Backends.open("onednn", 1);
        }

        @Override
        protected ConvolutionChoice algorithms() {
            return new ConvolutionChoice.Every(ConvolutionAlgorithm.WINOGRAD_4);
        }

        @Override
        protected double roundingFactor() {
            return 20; // as WinogradErrorTest measures
        }
    }
}
