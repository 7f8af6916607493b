package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lethe.kernels.BackendProvider.Availability.Available;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages on a machine without a GPU, and checks that need none. */
class CudaMachineTest {
    @Test
    void shouldSayWhyThereIsNoGpuAndWhatToDo() {
        assumeFalse(CudaMachine.here().availability() instanceof Available, "there is a GPU");
        Unavailable verdict = assertInstanceOf(Unavailable.class, CudaMachine.here().availability());
        // there may be a GPU all the same, which is too old, hidden, or without libraries
        assertTrue(Stream.of("driver", "compute capability").anyMatch(verdict.reason()::contains), verdict.reason());
        assertTrue(Stream.of("install", "nvidia-smi", "choose the backend cpu", "use the libraries")
                .anyMatch(verdict.remedy()::contains), verdict.remedy());
        BackendUnavailableException e = assertThrows(BackendUnavailableException.class,
                () -> Backends.open(CudaBackend.NAME, 1));
        assertTrue(e.getMessage().contains(verdict.reason()), e.getMessage());
        assertTrue(Backends.best().orElseThrow().rank() < new CudaBackendProvider().rank(), "auto takes another");
    }

    @Test
    void shouldNameAMissingLibraryAndWhereItWasLookedFor(@TempDir Path folder) throws IOException {
        Path wheels = Files.createDirectories(folder.resolve("nvidia/cu13/lib"));
        Map<String, String> environment = Map.of(CudaLibraries.PATH_VARIABLE, folder.toString());
        assertEquals(List.of(folder, wheels), CudaLibraries.folders(environment).subList(0, 2));
        assertNames(wheels, new CudaLibraries.MissingException("libcudnn.so.9", CudaLibraries.folders(environment)));
        try {
            CudaLibraries.load(environment);
        } catch (CudaLibraries.MissingException e) { // not where they are installed
            assertNames(wheels, e);
        }
    }

    private static void assertNames(Path folder, CudaLibraries.MissingException e) {
        assertTrue(e.getMessage().matches("lib\\S+\\.so\\.\\d+ was not found in .*"), e.getMessage());
        assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
    }

    @Test
    void shouldTakeZeroAndNothingForOff() {
        for (String off : new String[]{null, "", " ", "0", " 0 "}) {
            assertFalse(CudaMachine.isOn(off), off);
        }
        for (String on : new String[]{"1", "true", "yes"}) {
            assertTrue(CudaMachine.isOn(on), on);
        }
    }

    @Test
    void shouldReadTheIndexOfADevice() {
        assertEquals(0, CudaBackendProvider.index(null));
        assertEquals(3, CudaBackendProvider.index(" 3 "));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> CudaBackendProvider.index("gpu1")).getMessage()
                .contains("gpu1"));
    }

    @Test
    void shouldStoreFiltersWithChannelsLastAndPadded() {
        FilterLayout layout = FilterLayout.convolution(Shape.of(2, 3, 1, 2), 4);
        float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        assertArrayEquals(new float[]{1, 3, 5, 0, 2, 4, 6, 0, 7, 9, 11, 0, 8, 10, 12, 0}, layout.stored(values));
        assertArrayEquals(values, layout.logical(layout.stored(values)));
    }
}
