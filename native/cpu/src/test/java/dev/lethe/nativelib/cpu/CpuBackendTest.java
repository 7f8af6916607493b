package dev.lethe.nativelib.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.BackendProvider.Availability;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.ffm.HugePageArena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract on the CPU backend with any number of workers, without native memory left behind. */
class CpuBackendTest {
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
    @Tag("slow")
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
    @Tag("slow")
    class VectorOneWorker extends LeakChecked {
        VectorOneWorker() {
            super("vector", 1);
        }
    }

    @Nested
    class VectorThreeWorkers extends LeakChecked {
        VectorThreeWorkers() {
            super("vector", 3);
        }
    }

    abstract static class BatchLast extends LeakChecked {
        private final int threads;

        BatchLast(int threads) {
            super("vector", threads);
            this.threads = threads;
        }

        @Override
        protected Backend open() {
            return new CpuBackend(CpuBackend.Variant.VECTOR, threads,
                    new ConvolutionTimings(ConvolutionTimings.defaultFile()), (_, _) -> ActivationLayout.BATCH_LAST);
        }

        @Override
        protected boolean hasEveryOperation() {
            return false;
        }
    }

    @Nested
    @Tag("slow")
    class BatchLastOneWorker extends BatchLast {
        BatchLastOneWorker() {
            super(1);
        }
    }

    @Nested
    class BatchLastThreeWorkers extends BatchLast {
        BatchLastThreeWorkers() {
            super(3);
        }
    }

    @Nested
    class CpuTwoWorkers extends LeakChecked {
        CpuTwoWorkers() {
            super("cpu", 2);
        }
    }

    @Nested
    class BFloat16ThreeWorkers extends LeakChecked {
        BFloat16ThreeWorkers() {
            super("cpu", 3);
        }

        @Override
        protected DType activations() {
            return DType.BF16;
        }
    }

    abstract static class Winograd extends LeakChecked {
        private final ConvolutionAlgorithm algorithm;

        Winograd(String backend, ConvolutionAlgorithm algorithm, int threads) {
            super(backend, threads);
            this.algorithm = algorithm;
        }

        @Override
        protected ConvolutionChoice algorithms() {
            return new ConvolutionChoice.Every(algorithm);
        }
    }

    @Nested
    class SmallTilesOneWorker extends Winograd {
        SmallTilesOneWorker() {
            super("onednn", ConvolutionAlgorithm.WINOGRAD_2, 1);
        }
    }

    @Nested
    class LargeTilesTwoWorkers extends Winograd {
        LargeTilesTwoWorkers() {
            super("onednn", ConvolutionAlgorithm.WINOGRAD_4, 2);
        }
    }

    @Nested
    @Tag("slow")
    class LargeTilesFiveWorkers extends Winograd {
        LargeTilesFiveWorkers() {
            super("onednn", ConvolutionAlgorithm.WINOGRAD_4, 5);
        }
    }

    @Nested
    class VectorSmallTilesThreeWorkers extends Winograd {
        VectorSmallTilesThreeWorkers() {
            super("vector", ConvolutionAlgorithm.WINOGRAD_2, 3);
        }
    }

    @Nested
    @Tag("slow")
    class VectorLargeTilesOneWorker extends Winograd {
        VectorLargeTilesOneWorker() {
            super("vector", ConvolutionAlgorithm.WINOGRAD_4, 1);
        }
    }

    @Test
    void shouldRefuseATypeThatItsKernelsLack() {
        PlanSpec plan = new PlanSpec("relu", 1, List.of(new PointwiseOp.ReluForward(narrow("x"), narrow("y"))));
        try (Backend backend = Backends.open("vector", 1)) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> backend.compile(new ProgramSpec(List.of(plan)))).getMessage();
            assertTrue(message.contains("vector") && message.contains("bf16"), message);
        }
    }

    private static Tensor narrow(String name) {
        return new Tensor(name, Tensor.Role.ACTIVATION, DType.BF16, Shape.of(1, 3));
    }

    @Test
    void shouldBeTheBackendThatAutoChoosesAmongThoseOfTheProcessor() {
        List<String> available = Backends.providers().stream()
                .filter(provider -> provider.availability() instanceof Availability.Available)
                .map(BackendProvider::name).toList();
        assertEquals("cpu", available.stream().filter(name -> !name.equals("cudnn")).findFirst().orElseThrow());
        assertEquals(available.getFirst(), Backends.choose(Backends.AUTO).name(), "auto is the best that can run");
    }
}
