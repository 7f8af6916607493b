package dev.lethe.kernels.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
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

    private static void storeOneByOne(Path file, String writer, int lines) {
        ConvolutionTimings timings = new ConvolutionTimings(file);
        for (int i = 0; i < lines; i++) {
            timings.put(writer + ": " + i, TIMES);
            timings.store();
        }
    }

    /** The program of a process that writes beside others. */
    public static final class Writer {
        private Writer() {}

        /** Stores a number of lines with its name in a file. */
        public static void main(String[] arguments) {
            storeOneByOne(Path.of(arguments[0]), arguments[1], Integer.parseInt(arguments[2]));
        }
    }

    private static void assertAllLines(Path file, int writers, int lines) {
        ConvolutionTimings read = new ConvolutionTimings(file);
        for (int writer = 0; writer < writers; writer++) {
            assertEquals(lines, read.lines("writer " + writer + ": ").size(), "lines of writer " + writer);
        }
    }

    @Test
    void shouldKeepTheLinesOfThreadsThatStoreAtOnce() throws InterruptedException {
        Path file = folder.resolve("timings.tsv");
        List<Thread> threads = IntStream.range(0, 4).mapToObj(
                writer -> Thread.ofPlatform().start(() -> storeOneByOne(file, "writer " + writer, 25))).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertAllLines(file, 4, 25);
    }

    @Test
    void shouldKeepTheLinesOfProcessesThatStoreAtOnce() throws IOException, InterruptedException {
        Path file = folder.resolve("timings.tsv");
        List<Process> processes = new ArrayList<>();
        for (int writer = 0; writer < 2; writer++) {
            processes.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), Writer.class.getName(), file.toString(),
                    "writer " + writer, "60").inheritIO().start());
        }
        for (Process process : processes) {
            assertEquals(0, process.waitFor());
        }
        assertAllLines(file, 2, 60);
    }

    @Test
    void shouldLetTheFirstThatStoresAConvolutionWin() {
        Path file = folder.resolve("timings.tsv");
        ConvolutionTimings first = new ConvolutionTimings(file);
        ConvolutionTimings second = new ConvolutionTimings(file);
        second.put("a", Map.of(ConvolutionAlgorithm.DIRECT, 1L, ConvolutionAlgorithm.WINOGRAD_4, 2L));
        first.put("a", TIMES);
        first.store();
        assertEquals(Optional.of(ConvolutionAlgorithm.DIRECT), second.fastest("a"));
        second.store();
        assertEquals(Optional.of(ConvolutionAlgorithm.WINOGRAD_4), second.fastest("a"));
        assertEquals(Optional.of(ConvolutionAlgorithm.WINOGRAD_4), new ConvolutionTimings(file).fastest("a"));
    }

    @Test
    void shouldNotBringBackDeletedLines() throws IOException {
        Path file = folder.resolve("timings.tsv");
        storeOneByOne(file, "writer 0", 2);
        ConvolutionTimings timings = new ConvolutionTimings(file);
        assertEquals(2, timings.lines("writer 0: ").size());
        Files.delete(file);
        timings.put("b", TIMES);
        timings.store();
        assertEquals(List.of("b\tdirect 2.500000\twinograd4 1.250000"), new ConvolutionTimings(file).lines(""));
    }
}
