package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kernels on the host, where classes of tests launch them at the same time. */
class HostDeviceTest {
    private static final int THREADS = 4;
    private static final int BATCHES = 50;

    @Test
    void shouldComputeTheSameInSeveralThreads() throws ExecutionException, InterruptedException {
        assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        Callable<float[]> margins = () -> ImageTablesTest.margins(new HostDevice(), 0, 5, 4, BATCHES);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<float[]>> results = Stream.generate(() -> threads.submit(margins)).limit(THREADS).toList();
            float[] expected = results.getFirst().get();
            for (Future<float[]> result : results) {
                assertArrayEquals(expected, result.get());
            }
        }
    }
}
