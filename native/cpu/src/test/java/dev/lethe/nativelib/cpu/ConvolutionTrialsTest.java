package dev.lethe.nativelib.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.lower.ProductLibrary;
import dev.lethe.nativelib.cpu.onednn.OneDnnLibrary;
import dev.lethe.nativelib.cpu.onednn.OneDnnProducts;
import dev.lethe.nativelib.ffm.HugePageArena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice of the fastest algorithm: measured once, kept in a file, and followed from then on. */
class ConvolutionTrialsTest {
    private static final ConvolutionSpec SPEC = new ConvolutionSpec(16, 16, 3, 1, 1, 1, 1);
    private static final Tensor INPUT = new Tensor("input", Role.ACTIVATION, DType.F32, Shape.of(4, 8, 8, 16));
    private static final Tensor OUTPUT = new Tensor("output", Role.ACTIVATION, DType.F32, Shape.of(4, 8, 8, 16));
    private static final Tensor WEIGHTS = new Tensor("weights", Role.PARAMETER, DType.F32, SPEC.weightsShape());
    private static final String NAME = "forward 3x3 16 to 16 channels, 8x8 padded by 1";

    @TempDir
    private Path folder;

    @BeforeEach
    void requireLibrary() {
        assumeTrue(OneDnnLibrary.availability() instanceof BackendProvider.Availability.Available);
    }

    private static ProgramSpec program(ConvolutionChoice choice) {
        return new ProgramSpec(List.of(new PlanSpec("plan", 4, List.of(
                new ConvolutionOp.Forward(SPEC, INPUT, WEIGHTS, Optional.empty(), Activation.IDENTITY, OUTPUT)))),
                choice);
    }

    private static String machine() {
        try (ProductLibrary library = new OneDnnProducts()) {
            return ConvolutionTrials.machine(library, 1);
        }
    }

    private Path file() {
        return folder.resolve("cache").resolve("convolutions.tsv");
    }

    private Map<String, ConvolutionAlgorithm> fastest() {
        try (CpuBackend backend = new CpuBackend(CpuBackend.Variant.ONEDNN, 1,
                new ConvolutionTimings(file()));
                Program program = backend.compile(program(ConvolutionChoice.FASTEST))) {
            return program.convolutions();
        }
    }

    @Test
    void shouldMeasureOnceAndFollowTheFile() throws IOException {
        long before = HugePageArena.liveBytes();
        Map<String, ConvolutionAlgorithm> chosen = fastest();
        assertEquals(before, HugePageArena.liveBytes(), "bytes of native memory left");
        List<String> lines = Files.readAllLines(file());
        assertEquals(2, lines.size(), "a comment and a convolution");
        String key = machine() + NAME + ", batch 4";
        String[] fields = lines.getLast().split("\t");
        assertEquals(key, fields[0]);
        double direct = Double.parseDouble(fields[1].replace("direct ", ""));
        double winograd = Double.parseDouble(fields[2].replace("winograd4 ", ""));
        assertTrue(direct > 0 && winograd > 0, lines.getLast());
        assertEquals(winograd < direct ? Map.of(NAME, ConvolutionAlgorithm.WINOGRAD_4) : Map.of(), chosen);

        Files.writeString(file(), key + "\tdirect 2.0\twinograd4 1.0\n");
        assertEquals(Map.of(NAME, ConvolutionAlgorithm.WINOGRAD_4), fastest());
        Files.writeString(file(), key + "\tdirect 1.0\twinograd4 2.0\n");
        assertEquals(Map.of(), fastest());
    }

    /** The recorded choice of one program makes another compute the same bits, whichever algorithm is fastest now. */
    @Test
    void shouldComputeTheSameBitsFromWhatWasRecorded() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), machine() + NAME + ", batch 4\tdirect 2.0\twinograd4 1.0\n");
        float[] chosen = output(ConvolutionChoice.FASTEST);
        assertArrayEquals(chosen, output(ConvolutionChoice.WINOGRAD));
        Files.delete(file());
        assertArrayEquals(chosen, output(
                new ConvolutionChoice.Recorded(Map.of(NAME, ConvolutionAlgorithm.WINOGRAD_4))));
        assertTrue(Files.notExists(file()), "nothing to measure");
    }

    private float[] output(ConvolutionChoice choice) {
        float[] values = new float[4 * 8 * 8 * 16];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 37 % 101 - 50) / 7f;
        }
        float[] weights = new float[16 * 16 * 9];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i * 53 % 97 - 48) / 11f;
        }
        try (CpuBackend backend = new CpuBackend(CpuBackend.Variant.ONEDNN, 1,
                new ConvolutionTimings(file())); Program program = backend.compile(program(choice))) {
            program.write(INPUT, values);
            program.write(WEIGHTS, weights);
            program.plan("plan").run(0, 0);
            return program.read(OUTPUT);
        }
    }

    @Test
    void shouldGoOnWithoutAFile() throws IOException {
        Files.writeString(folder.resolve("cache"), "not a folder");
        assertTrue(Set.of(NAME).containsAll(fastest().keySet()));
        assertEquals("not a folder", Files.readString(folder.resolve("cache")));
    }
}
