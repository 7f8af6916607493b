package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The construction of devices in which any call of the driver may fail: everything that was opened is closed. */
class FailedConstructionTest {
    private static final byte[] CUBIN = new byte[8];
    private static final int NONE = Integer.MAX_VALUE;

    private int librariesOpen;

    /** Convolutions that are only opened and closed. */
    private final class CountedLibrary implements DeviceConvolutions {
        CountedLibrary() {
            librariesOpen++;
        }

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
            librariesOpen--;
        }
    }

    private CudaDevice device(CudaDriver driver) {
        return new CudaDevice(driver, 0, CudaDevice.Debugging.EAGER, _ -> CUBIN, (_, _) -> new CountedLibrary());
    }

    /**
     * Opens and closes a resource repeatedly, each time with another call that fails, until none is left.
     *
     * @return kinds of the objects that are open in between
     */
    private <T> List<String> requireNothingIsLeft(Function<CudaDriver, T> make, Consumer<T> close) {
        for (int failing = 0;; failing++) {
            try (FakeDriver fake = new FakeDriver(failing)) {
                CudaDriver driver = new CudaDriver(fake, false);
                List<String> open = List.of();
                try {
                    T made = make.apply(driver);
                    open = fake.open();
                    close.accept(made);
                } catch (NativeException e) {
                    assertTrue(e.getMessage().contains("CUDA error 999"), e.getMessage());
                    assertEquals(0, e.getSuppressed().length, e.toString());
                }
                assertEquals(List.of(), fake.open(), "call " + failing + " of " + fake.calls() + " failed");
                assertEquals(0, librariesOpen);
                if (fake.calls().size() <= failing) {
                    return open;
                }
            }
        }
    }

    @Test
    void shouldCloseWhatADeviceHasOpened() {
        assertEquals(List.of("module", "stream"), requireNothingIsLeft(this::device, CudaDevice::close));
    }

    @Test
    void shouldCloseADeviceWhoseLibraryOfConvolutionsFails() {
        try (FakeDriver fake = new FakeDriver(NONE)) {
            NativeException failure = new NativeException("cudnnCreate failed");
            assertSame(failure, assertThrows(NativeException.class,
                    () -> new CudaDevice(new CudaDriver(fake, false), 0, CudaDevice.Debugging.EAGER, _ -> CUBIN,
                            (_, _) -> {
                                assertEquals(List.of("module", "stream"), fake.open());
                                throw failure;
                            })));
            assertEquals(List.of(), fake.open());
        }
    }

    @Test
    void shouldCloseADeviceWhoseKernelsDoNotCompile() {
        try (FakeDriver fake = new FakeDriver(NONE)) {
            assertThrows(NativeException.class,
                    () -> new CudaDevice(new CudaDriver(fake, false), 0, CudaDevice.Debugging.EAGER, architecture -> {
                        throw new NativeException("no kernels for " + architecture);
                    }, (_, _) -> new CountedLibrary()));
            assertTrue(fake.calls().contains("cuStreamCreate"));
            assertEquals(List.of(), fake.open());
        }
    }

    @Test
    void shouldCloseWhatStagingHasOpened() {
        MemorySegment context = MemorySegment.ofAddress(1);
        assertEquals(List.of("event", "event", "event", "event", "host memory", "stream"),
                requireNothingIsLeft(driver -> new PinnedStaging(driver, context, context, 0, 2, 64),
                        PinnedStaging::close));
    }

    @Test
    void shouldDestroyTheEventsOfAMeasurementThatFails() {
        try (FakeDriver fake = new FakeDriver(NONE)) {
            CudaDevice device = device(new CudaDriver(fake, false));
            assertThrows(IllegalStateException.class, () -> device.time(() -> {
                assertEquals(List.of("event", "event", "module", "stream"), fake.open());
                throw new IllegalStateException("the call fails");
            }, 1));
            assertEquals(List.of("module", "stream"), fake.open());
            device.close();
        }
    }

    @Test
    void shouldGiveMemoryBackThoughTheDriverFailsToTakeSome() {
        List<String> left = requireNothingIsLeft(driver -> {
            CudaDevice device = device(driver);
            DeviceArena arena = new DeviceArena(device);
            try (device; arena) {
                for (int i = 0; i < 3; i++) {
                    assertFalse(arena.allocate(64) == 0);
                }
            }
            return device;
        }, CudaDevice::close);
        assertEquals(List.of(), left);
    }
}
