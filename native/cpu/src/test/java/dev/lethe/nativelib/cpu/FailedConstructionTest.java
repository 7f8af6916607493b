package dev.lethe.nativelib.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.team.WorkerTeam;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The construction of backends and worker teams that fails, and leaves no threads behind. */
class FailedConstructionTest {
    private static final ConvolutionTimings NO_TIMINGS = new ConvolutionTimings(Path.of("none"));

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lethe-worker-")).collect(Collectors.toSet());
    }

    @Test
    void shouldStartNoWorkersWhereTheLibraryCannotBeOpened() {
        Set<Thread> before = workers();
        UnsatisfiedLinkError failure = new UnsatisfiedLinkError("no jnidnnl");
        assertSame(failure, assertThrows(UnsatisfiedLinkError.class, () -> new CpuBackend(CpuBackend.Variant.CPU, 4,
                NO_TIMINGS, (_, _) -> ActivationLayout.CHANNELS_LAST, () -> {
                    throw failure;
                })));
        assertEquals(before, workers());
    }

    @Test
    void shouldEndTheWorkersThatHaveStartedWhenAnotherCannot() {
        Set<Thread> before = workers();
        int[] made = {0};
        ThreadFactory limited = task -> new Thread(task, "lethe-worker-" + ++made[0]) {
            @Override
            public synchronized void start() {
                if (getName().equals("lethe-worker-3")) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.start();
            }
        };
        OutOfMemoryError failure = assertThrows(OutOfMemoryError.class, () -> new WorkerTeam(5, () -> {}, limited));
        assertTrue(failure.getMessage().contains("native thread"));
        assertEquals(4, made[0]);
        assertEquals(before, workers());
    }
}
