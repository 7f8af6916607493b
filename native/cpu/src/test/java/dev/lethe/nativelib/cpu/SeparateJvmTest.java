package dev.lethe.nativelib.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backends in a JVM of its own, which may have no native library to load, or no Vector API. */
class SeparateJvmTest {
    /** The program of the child: both layouts of activations, every kind of product, in the named backend. */
    public static final class Child {
        private Child() {}

        /** Writes the name of the backend and its results to a file. */
        public static void main(String[] arguments) throws IOException {
            try (Backend backend = Backends.open(arguments[0], 2)) {
                Files.write(Path.of(arguments[1]),
                        List.of("backend " + backend.info().name(), run(backend, 4), run(backend, 16)));
            }
        }

        private static String run(Backend backend, int channels) {
            int batch = 64;
            ConvolutionSpec spec = new ConvolutionSpec(3, channels, 3, 1, 1, 1, 1);
            Tensor input = activation("input", batch, 6, 6, 3);
            Tensor weights = parameter("weights", spec.weightsShape());
            Tensor output = activation("output", batch, 6, 6, channels);
            Tensor pooled = activation("pooled", batch, 4, 4, channels);
            Tensor rows = parameter("rows", Shape.of(5, 16 * channels));
            Tensor logits = activation("logits", batch, 5);
            Tensor gradient = new Tensor("gradient", Role.GRADIENT, DType.F32, rows.shape());
            PlanSpec plan = new PlanSpec("plan", batch, List.of(
                    new ConvolutionOp.Forward(spec, input, weights, Optional.empty(), Activation.RELU, output),
                    new PoolOp.MaxForward(new PoolSpec(3, 1, 0), output, Activation.IDENTITY, pooled),
                    new LinearOp.Forward(pooled, rows, Optional.empty(), Activation.IDENTITY, logits),
                    new LinearOp.BackwardWeights(pooled, logits, gradient, Optional.empty())));
            try (Program program = backend.compile(new ProgramSpec(List.of(plan), ConvolutionChoice.WINOGRAD))) {
                for (Tensor tensor : List.of(input, weights, rows)) {
                    float[] ones = new float[Math.toIntExact(tensor.shape().elements())];
                    Arrays.fill(ones, 1);
                    program.write(tensor, ones);
                }
                program.plan("plan").run(0, 0);
                float expected = 16 * channels * 27; // the inner windows' maxima
                return program.kernels() + ": " + (program.read(logits)[0] == expected);
            }
        }

        private static Tensor activation(String name, int... dims) {
            return new Tensor(name, Role.ACTIVATION, DType.F32, Shape.of(dims));
        }

        private static Tensor parameter(String name, Shape shape) {
            return new Tensor(name, Role.PARAMETER, DType.F32, shape);
        }
    }

    private static final String VECTOR_API = "--add-modules=jdk.incubator.vector";
    private static final String COMPUTED = """
            backend vector
            Lethe's own, batch last: true
            Lethe's own, channels last: true
            """;

    private static String classPath(boolean natives) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> natives || !entry.contains("bytedeco"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @TempDir
    private Path folder;

    private record Ended(int code, String output, String results) {}

    private Ended run(boolean natives, String backend, List<String> flags) throws IOException, InterruptedException {
        Path results = folder.resolve("results.txt");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-cp", classPath(natives)));
        command.addAll(flags);
        command.addAll(List.of(Child.class.getName(), backend, results.toString()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(child.waitFor(), output, Files.exists(results) ? Files.readString(results) : "");
    }

    private void assertComputes(boolean natives, String backend, String... flags)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add(VECTOR_API);
        Ended child = run(natives, backend, all);
        assertEquals(0, child.code, child.output);
        assertEquals(COMPUTED, child.results, child.output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "onednn", "vector"})
    void shouldSayThatTheVectorApiIsMissing(String backend) throws Exception {
        Ended child = run(true, backend, List.of());
        assertNotEquals(0, child.code, child.output);
        assertTrue(
                child.output.contains("BackendUnavailableException: backend " + backend + " cannot run here: this JVM "
                        + "runs without the Vector API; start it with " + VECTOR_API),
                child.output);
    }

    @Test
    void shouldBeWhatAutoChoosesWithoutAnyNativeLibrary() throws Exception {
        assertComputes(false, Backends.AUTO);
    }

    @Test
    void shouldLoadNoClassOfTheNativeLibrariesWhereTheyAre() throws Exception {
        Path log = folder.resolve("classes.log");
        assertComputes(true, "vector", "-Xlog:class+load:file=" + log);
        List<String> loaded = Files.readAllLines(log);
        assertTrue(loaded.stream().anyMatch(line -> line.contains("dev.lethe.nativelib.cpu.vector.VectorProducts ")),
                "classes are listed");
        assertEquals(List.of(), loaded.stream().filter(line -> line.contains("org.bytedeco")).toList());
    }
}
