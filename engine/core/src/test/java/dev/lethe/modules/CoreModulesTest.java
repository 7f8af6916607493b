package dev.lethe.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Training by a program with a module of its own, on the module path and in a runtime that {@code jlink} made. */
@Timeout(120)
class CoreModulesTest {
    private static final Path SOURCES = Path.of("src/test/modules/consumer");
    private static final String PROGRAM = "consumer/consumer.Train";
    private static final String NATIVE_ACCESS = "--enable-native-access=dev.lethe.cpu,org.bytedeco.javacpp";
    /** Libraries of the tests that {@code lethe-core} and {@code lethe-mnist} do not need. */
    private static final String OTHERS = ".*(test-classes|-tests\\.jar|cuda-[0-9]|native.cuda.target|junit|jqwik"
            + "|apiguardian|opentest4j|jspecify|slf4j-simple|agrona).*";

    @TempDir
    private static Path classes;

    @TempDir
    private Path folder;

    private static String modulePath() {
        return Stream.concat(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Files.exists(Path.of(entry)) && !entry.matches(OTHERS)), Stream.of(classes.toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void run(String tool, List<String> arguments) {
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said);
        assertEquals(0, ToolProvider.findFirst(tool).orElseThrow().run(to, to, arguments.toArray(String[]::new)),
                said::toString);
    }

    @BeforeAll
    static void compileTheProgram() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "--module-path", modulePath()));
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            sources.filter(file -> file.toString().endsWith(".java")).map(Path::toString).forEach(arguments::add);
        }
        run("javac", arguments);
    }

    /** Runs the program with an empty folder for the natives that JavaCPP unpacks; returns what it prints. */
    private List<String> train(Path java, String backend, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.toString(), NATIVE_ACCESS, "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("natives"), "-Dlethe.cache=" + folder));
        command.addAll(List.of(options));
        command.addAll(List.of("--module", PROGRAM, backend));
        Path errors = folder.resolve("errors.txt");
        Process program = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, program.waitFor(), () -> output + readable(errors));
        return output.lines().toList();
    }

    private static String readable(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void assertTrained(String backend, List<String> lines) {
        assertEquals(List.of("backend=" + backend + " of dev.lethe.cpu", "modules=dev.lethe.core consumer"),
                lines.subList(0, 2));
        assertTrue(Double.parseDouble(lines.get(2).replace("accuracy=", "")) > 0.6, lines.get(2));
    }

    @Test
    void shouldTrainOnTheModulePath() throws Exception {
        assertTrained("cpu", train(Path.of(System.getProperty("java.home"), "bin", "java"), "cpu",
                "--add-modules=ALL-MODULE-PATH", "--module-path", modulePath()));
    }

    @Test
    @Tag("slow")
    void shouldTrainInARuntimeOfItsOwn() throws Exception {
        Path image = folder.resolve("image");
        run("jlink", List.of("--module-path", modulePath(), "--add-modules", "ALL-MODULE-PATH", "--output",
                image.toString()));
        String natives = Stream.of("dnnl", "javacpp", "opencl").map(library -> "org.bytedeco." + library
                + ".linux.x86_64").collect(Collectors.joining(","));
        assertTrained("cpu", train(image.resolve("bin/java"), "cpu", "--add-modules=dev.lethe.mnist," + natives));
        assertTrained("vector", train(image.resolve("bin/java"), "vector", "--add-modules=dev.lethe.mnist"));
    }
}
