package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.nativelib.cuda.ConvolutionProblem.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of a step's calls with their times, and the run of a plan that is timed. */
class StepProfileTest {
    private static final int BATCHES = CudaPlan.PROFILED_RUN + 4;

    @TempDir
    Path folder;

    /** A call of known size. */
    private record Sized(String kind, long bytes, long operations) implements DeviceCall {
        @Override
        public void enqueue() {
            throw new IllegalStateException("only described");
        }
    }

    @Test
    void shouldAddUpTheCallsOfAKind() {
        List<DeviceCall> calls = List.of(new LayerCall(new Sized("norm", 2_000_000, 0), 0, "layer1"),
                new LayerCall(new Sized("convolution forward", 8_000_000, 6_000_000_000L), 1, "layer1"),
                new LayerCall(new Sized("norm", 1_000_000, 0), 2, "layer2"),
                new LayerCall(new Sized("advance", 0, 0), 3, "place"));
        List<String> lines = new StepProfile("train", calls, new float[]{0.5f, 2, 0.25f, 0.25f}).text().lines()
                .toList();
        assertEquals("plan train: 4 calls, 3.000 ms", lines.getFirst());
        assertEquals(List.of("       ms  share  calls     GB/s  TFLOP/s  kind",
                "    2.000  66.7%      1      4.0      3.0  convolution forward",
                "    0.750  25.0%      2      4.0        -  norm",
                "    0.250   8.3%      1        -        -  advance"), lines.subList(2, 6));
        assertEquals("       us     GB/s  TFLOP/s  call", lines.get(7));
        assertTrue(lines.get(8).startsWith("    500.0      4.0        -  layer1, "), lines.get(8));
        assertTrue(lines.get(9).startsWith("   2000.0      4.0      3.0  layer1, "), lines.get(9));
        assertTrue(lines.get(10).startsWith("    250.0      4.0        -  layer2, "), lines.get(10));
    }

    @Test
    void shouldCountWhatAConvolutionMovesAndComputes() {
        ConvolutionSpec spec = new ConvolutionSpec(16, 32, 3, 1, 1, 1, 2);
        Shape input = Shape.of(4, 8, 8, 16);
        ConvolutionCall call = new ConvolutionCall(
                ConvolutionProblem.of(Part.WEIGHTS, DType.BF16, spec, input, spec.outputShape(input), 16), () -> {});
        assertEquals(2 * (4 * 8 * 8 * 16 + 32 * 3 * 3 * 8 + 4 * 8 * 8 * 32), call.bytes());
        assertEquals(2L * 4 * 8 * 8 * 32 * 3 * 3 * 8, call.operations());
        assertEquals("convolution weights", call.kind());
    }

    @Test
    void shouldProfileOneRunThatComputesTheSame() throws IOException {
        assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        Path file = folder.resolve("profile.txt");
        float[] expected = ImageTablesTest.margins(new HostDevice(), 0, 5, 4, BATCHES);
        float[] profiled = ImageTablesTest.margins(new HostDevice(Optional.of(file)), 0, 5, 4, BATCHES);
        assertArrayEquals(expected, profiled);
        List<String> lines = Files.readAllLines(file);
        assertTrue(lines.getFirst().matches("plan judge: 21 calls, \\d+\\.\\d{3} ms"), lines.getFirst());
        assertEquals(1, lines.stream().filter(line -> line.startsWith("plan ")).count(), "one run is timed");
        assertEquals(1, lines.stream().filter(line -> line.matches(".* 16 +\\d+\\.\\d +-  gelu_f32")).count(),
                lines.toString());
        assertEquals(1, lines.stream().filter(line -> line.matches(".*  layer7, kernel gelu_f32 .*")).count(),
                lines.toString());
    }

    @Test
    void shouldProfileNothingInShortRuns() {
        assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        Path file = folder.resolve("profile.txt");
        ImageTablesTest.margins(new HostDevice(Optional.of(file)), 0, 5, 4, CudaPlan.PROFILED_RUN - 1);
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldNameAFileThatCannotBeWritten() {
        StepProfile profile = new StepProfile("train", List.of(), new float[0]);
        String message = assertThrows(UncheckedIOException.class,
                () -> profile.appendTo(folder.resolve("missing/profile.txt"))).getMessage();
        assertTrue(message.contains("missing/profile.txt") && message.contains("LETHE_CUDA_PROFILE"), message);
    }
}
