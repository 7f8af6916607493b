package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of a driver without a GPU, as the driver's wrapper and the backend report them. */
class CudaDriverTest {
    private static final int NONE = Integer.MAX_VALUE;
    private static final byte[] CUBIN = new byte[8];
    private static final long GIB = 1L << 30;

    /** A library of convolutions that has none. */
    private static final class NoConvolutions implements DeviceConvolutions {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public Prepared prepare(ConvolutionProblem problem, ConvolutionChoice choice) {
            throw new IllegalStateException("not asked for here");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static CudaBackend backend(FakeDriver fake) {
        return new CudaBackend(
                new CudaDevice(new CudaDriver(fake, false), 0, CudaDevice.Debugging.EAGER, _ -> CUBIN,
                        (_, _) -> new NoConvolutions()));
    }

    @Test
    void shouldReportTheFreeMemoryOfItsDevice() {
        try (FakeDriver fake = new FakeDriver(NONE); CudaBackend backend = backend(fake)) {
            fake.setFreeBytes(5 * GIB);
            assertEquals(OptionalLong.of(5 * GIB), backend.freeMemory());
            fake.setFreeBytes(3 * GIB + 1);
            assertEquals(OptionalLong.of(3 * GIB + 1), backend.freeMemory());
        }
    }

    @Test
    void shouldRefuseToReportTheMemoryOfAClosedBackend() {
        try (FakeDriver fake = new FakeDriver(NONE)) {
            CudaBackend backend = backend(fake);
            backend.close();
            IllegalStateException e = assertThrows(IllegalStateException.class, backend::freeMemory);
            assertTrue(e.getMessage().contains("cudnn backend is closed"), e.getMessage());
        }
    }

    @Test
    void shouldReadFreeAndTotalMemory() {
        try (FakeDriver fake = new FakeDriver(NONE)) {
            fake.setFreeBytes(GIB);
            assertArrayEquals(new long[]{GIB, 2 * GIB}, new CudaDriver(fake, false).memory());
        }
    }

    @Test
    void shouldAskForDevicesAndTheirProperties() {
        try (FakeDriver fake = new FakeDriver(NONE)) {
            CudaDriver driver = new CudaDriver(fake, false);
            assertEquals(0, driver.initialise());
            assertEquals(13_010, driver.version());
            assertEquals(2, driver.deviceCount());
            assertEquals(1, driver.device(1));
            assertEquals("GPU 1", driver.deviceName(1));
            assertEquals(9, driver.attribute(75, 1));
            assertEquals(1, driver.retainContext(0).address());
        }
    }

    @Test
    void shouldCopyAndFillMemory() {
        try (FakeDriver fake = new FakeDriver(NONE); Arena arena = Arena.ofConfined()) {
            CudaDriver driver = new CudaDriver(fake, false);
            MemorySegment from = arena.allocateFrom(JAVA_INT, 1, 2, 3);
            MemorySegment device = arena.allocate(from.byteSize());
            MemorySegment to = arena.allocate(from.byteSize());
            driver.copyToDevice(device.address(), from, MemorySegment.NULL);
            driver.copyToHost(to, device.address(), MemorySegment.NULL);
            assertArrayEquals(new int[]{1, 2, 3}, to.toArray(JAVA_INT));
            driver.fill(device.address(), 7, 2, MemorySegment.NULL);
            assertArrayEquals(new int[]{7, 7, 3}, device.toArray(JAVA_INT));
            driver.copyOnDevice(device.address(), device.address() + 2 * Integer.BYTES, Integer.BYTES,
                    MemorySegment.NULL);
            assertArrayEquals(new int[]{3, 7, 3}, device.toArray(JAVA_INT));
        }
    }

    @Test
    void shouldLaunchAKernel() {
        try (FakeDriver fake = new FakeDriver(NONE); Arena arena = Arena.ofConfined()) {
            CudaDriver driver = new CudaDriver(fake, false);
            MemorySegment module = driver.loadModule(MemorySegment.NULL);
            MemorySegment kernel = driver.kernel(module, "kernel");
            assertEquals(module.address() + 1, kernel.address());
            assertThrows(NativeException.class, () -> driver.kernel(module, "another"));
            assertEquals(8, driver.blocksAtOnce(kernel, 256));
            driver.launch(kernel, new Grid(3, 5), arena.allocateFrom(JAVA_INT, 42), MemorySegment.NULL);
            assertEquals("3x5x1 blocks of " + Grid.THREADS + "x1x1 with 0 bytes, argument 42, extra 0",
                    fake.launched());
        }
    }

    @Test
    void shouldRecordAGraphAndMeasureItsTime() {
        try (FakeDriver fake = new FakeDriver(NONE)) {
            CudaDriver driver = new CudaDriver(fake, false);
            MemorySegment stream = driver.createStream();
            MemorySegment from = driver.createEvent();
            MemorySegment to = driver.createEvent();
            driver.waitFor(from, stream);
            driver.beginCapture(stream);
            MemorySegment graph = driver.endCapture(stream);
            MemorySegment executable = driver.instantiate(graph);
            driver.destroyGraph(graph);
            driver.launchGraph(executable, stream);
            driver.synchronizeEvent(to);
            assertEquals(to.address() - from.address(), driver.elapsed(from, to));
            driver.destroyExecutable(executable);
            assertEquals(List.of("event", "event", "stream"), fake.open());
        }
    }

    @Test
    void shouldNameTheFunctionThatADriverLacks() {
        NativeException e = assertThrows(NativeException.class, () -> new CudaDriver(_ -> Optional.empty(), false));
        assertTrue(e.getMessage().contains("cuCtxSetCurrent") && e.getMessage().contains("too old"), e.getMessage());
        try (FakeDriver fake = new FakeDriver(NONE)) {
            CudaDriver driver = new CudaDriver(
                    name -> name.startsWith("cuMemGetInfo") ? Optional.empty() : fake.find(name), false);
            assertTrue(assertThrows(NativeException.class, driver::memory).getMessage().contains("cuMemGetInfo"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {700, 702, 709, 716, 719})
    void shouldTellALostDeviceFromACallThatFails(int error) {
        try (FakeDriver fake = new FakeDriver(NONE, error)) {
            CudaDriver driver = new CudaDriver(fake, false);
            fake.failNext("cuStreamSynchronize");
            String message = assertThrows(LostDeviceException.class, () -> driver.synchronize(MemorySegment.NULL))
                    .getMessage();
            assertTrue(message.contains("cuStreamSynchronize reports CUDA error " + error)
                    && message.contains("can no longer use the GPU") && message.contains("LETHE_CUDA_EAGER=1"),
                    message);
            fake.failNext("cuMemAlloc");
            assertThrows(LostDeviceException.class, () -> driver.allocate(8));
        }
        try (FakeDriver fake = new FakeDriver(NONE, 1)) {
            fake.failNext("cuStreamSynchronize");
            assertThrows(NativeException.class, () -> new CudaDriver(fake, false).synchronize(MemorySegment.NULL));
        }
    }

    @Test
    void shouldTellMemoryThatIsUsedUpFromOtherFailures() {
        try (FakeDriver fake = new FakeDriver(NONE, 2); CudaBackend backend = backend(fake)) {
            CudaDriver driver = new CudaDriver(fake, false);
            fake.failNext("cuMemAlloc");
            assertEquals(CudaDriver.NO_ADDRESS, driver.allocate(8));
            assertTrue(driver.allocate(8) > 0);
            assertEquals(1, backend.info().threads());
        }
    }

    @Test
    void shouldSayHowMuchMemoryIsFreeAndNeeded() {
        try (FakeDriver fake = new FakeDriver(NONE, 2); CudaDevice device = device(fake, false)) {
            fake.setFreeBytes(3 << 20);
            fake.failNext("cuMemAlloc");
            String message = assertThrows(OutOfDeviceMemoryException.class, () -> device.allocate(5000)).getMessage();
            assertTrue(message.contains(" has 3.00 MiB of memory free of 6.00 MiB, and 4.88 KiB more are needed: "),
                    message);
        }
    }

    /** A call that asks the driver, and is named in messages. */
    private record Named(String name, Runnable work) implements DeviceCall {
        @Override
        public void enqueue() {
            work.run();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static CudaDevice device(FakeDriver fake, boolean eager) {
        return new CudaDevice(new CudaDriver(fake, eager), 0, new CudaDevice.Debugging(eager, Optional.empty()),
                _ -> CUBIN,
                (_, _) -> new NoConvolutions());
    }

    @Test
    void shouldNameTheCallThatCannotBeRecorded() {
        try (FakeDriver fake = new FakeDriver(NONE, 900); CudaDevice device = device(fake, false)) {
            DeviceCall clear = new Named("clear of sums", () -> device.clear(0, 8));
            fake.failNext("cuMemsetD8Async");
            String message = assertThrows(NativeException.class, () -> device.record(List.of(clear, clear)))
                    .getMessage();
            assertTrue(message.startsWith("clear of sums: cuMemsetD8Async failed: CUDA error 900"), message);
            assertEquals(List.of("module", "stream"), fake.open(), "the graph is given back");
        }
    }

    @Test
    void shouldSayHowToTrainWhereACaptureIsInvalidated() {
        try (FakeDriver fake = new FakeDriver(NONE, 901); CudaDevice device = device(fake, false)) {
            DeviceCall clear = new Named("clear of sums", () -> device.clear(0, 8));
            fake.failNext("cuStreamEndCapture");
            String message = assertThrows(NativeException.class, () -> device.record(List.of(clear, clear)))
                    .getMessage();
            assertTrue(message.startsWith("cuStreamEndCapture failed: CUDA error 901")
                    && message.contains("cannot be recorded in a CUDA graph: set LETHE_CUDA_EAGER=1"), message);
        }
    }

    @Test
    void shouldNameTheCallThatLosesTheDevice() {
        try (FakeDriver fake = new FakeDriver(NONE, 700); CudaDevice device = device(fake, true)) {
            DeviceCall first = new Named("first", () -> device.clear(0, 8));
            DeviceCall second = new Named("second", () -> {
                device.clear(0, 8);
                fake.failNext("cuStreamSynchronize");
            });
            String message = assertThrows(LostDeviceException.class,
                    () -> device.record(List.of(first, second)).run()).getMessage();
            assertTrue(message.startsWith("second: cuStreamSynchronize reports CUDA error 700"), message);
            assertTrue(message.endsWith("start it again"), "does not advise what was done already: " + message);
        }
    }

    @Test
    void shouldTimeEachCallOnce() {
        try (FakeDriver fake = new FakeDriver(NONE); CudaDevice device = device(fake, false)) {
            fake.setFreeBytes(GIB);
            List<String> order = new ArrayList<>();
            DeviceCall first = new Named("first", () -> order.add("first"));
            DeviceCall second = new Named("second", () -> order.add("second"));
            float[] times = device.times(List.of(first, second));
            assertArrayEquals(new float[]{1, 1}, times, "the fake's time is the distance of the events' handles");
            assertEquals(List.of("first", "second"), order);
            assertEquals(List.of("module", "stream"), fake.open(), "events and memory are given back");
        }
    }
}
