package dev.lethe.kernels.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvolutionTimingsTest {
    private static final Map<ConvolutionAlgorithm, Long> TIMES = Map.of(ConvolutionAlgorithm.DIRECT, 2_500_000L,
            ConvolutionAlgorithm.WINOGRAD_4, 1_250_000L);

    @TempDir
    private Path folder;

    @Test
    void shouldKeepWhatWasMeasured() {
        Path file = folder.resolve("new").resolve("timings.tsv");
        ConvolutionTimings timings = new ConvolutionTimings(file);
        assertEquals(Optional.empty(), timings.fastest("cpu: a"));
        timings.put("cpu: a", TIMES);
        timings.put("gpu: b", Map.of(ConvolutionAlgorithm.DIRECT, 1L));
        timings.store();

        ConvolutionTimings read = new ConvolutionTimings(file);
        assertEquals(Optional.of(ConvolutionAlgorithm.WINOGRAD_4), read.fastest("cpu: a"));
        assertEquals(List.of("a\tdirect 2.500000\twinograd4 1.250000"), read.lines("cpu: "));
    }

    /** Rounded times made the second run of a command take another algorithm than the first. */
    @Test
    void shouldChooseBetweenCloseTimesAsBeforeTheyWereKept() {
        Path file = folder.resolve("timings.tsv");
        ConvolutionTimings timings = new ConvolutionTimings(file);
        timings.put("cpu: a", Map.of(ConvolutionAlgorithm.DIRECT, 30_401L, ConvolutionAlgorithm.WINOGRAD_4, 30_400L));
        timings.store();
        assertEquals(Optional.of(ConvolutionAlgorithm.WINOGRAD_4), timings.fastest("cpu: a"));
        assertEquals(timings.fastest("cpu: a"), new ConvolutionTimings(file).fastest("cpu: a"));
    }

    @Test
    void shouldPassOverWhatItCannotRead() throws IOException {
        Path file = folder.resolve("timings.tsv");
        Files.writeString(file, "# words\n\nkey\nkey\tdirect\nkey\tdirect x\nkey\tfft 1.0\nkey\tdirect 3.0\n");
        assertEquals(List.of("\tdirect 3.000000"), new ConvolutionTimings(file).lines("key"));
    }

    @Test
    void shouldNameTheAlgorithmsThereAre() {
        String message = assertThrows(IllegalArgumentException.class, () -> ConvolutionAlgorithm.of("fft"))
                .getMessage();
        assertEquals("unknown algorithm 'fft' of a convolution: choose direct, winograd2, winograd4, tf32", message);
    }
}
