package dev.lethe.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ChildJvm;
import dev.lethe.tracker.ChildJvm.Ended;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.plane.PlaneKernels;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tracker as a module: programs of a module of their own use it on the module path, and the same programs on the
 * class path.
 */
@Timeout(60)
class TrackerModuleTest {
    private static final Path SOURCES = Path.of("src/test/modules/consumer");
    private static final Path TRACKER = ChildJvm.location(ForgettingTracker.class);
    private static final Path AGRONA = ChildJvm.location(DirectBuffer.class);
    private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
    private static final String KERNELS_SHOWN = "--add-exports=dev.lethe.tracker/dev.lethe.tracker.plane=consumer";
    private static final String FOR_AGRONA = "--add-opens=java.base/jdk.internal.misc=";

    @TempDir
    private static Path classes;

    @TempDir
    private Path folder;

    @BeforeAll
    static void compileTheProgramsAsAModule() throws IOException {
        List<String> command = new ArrayList<>(
                List.of("-d", classes.toString(), KERNELS_SHOWN, "--module-path", path(TRACKER, AGRONA)));
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            sources.filter(file -> file.toString().endsWith(".java")).map(Path::toString).forEach(command::add);
        }
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said);
        assertEquals(0, ToolProvider.findFirst("javac").orElseThrow().run(to, to, command.toArray(String[]::new)),
                said::toString);
    }

    private static String path(Path... places) {
        return Stream.of(places).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private Ended run(String program, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-XX:+UseSerialGC", "-Xmx64m"));
        List<String> command = ChildJvm.command(all, program, folder);
        return ChildJvm.run(command, folder.resolve("log.txt"), 60).requireSuccess();
    }

    private static void assertWorks(Ended ended) {
        assertEquals("[0, 1, 0]", ended.value("events"));
        assertEquals("[0, 2, 1]", ended.value("ranking"));
        assertEquals("[0, 2]", ended.value("kept"));
        assertTrue(ended.value("header").startsWith("id,forgetting_events,"), ended.toString());
        assertEquals("array of descr='<i4' shape=(2,)", ended.value("array"));
        assertEquals("2", ended.value("rows"));
    }

    @Test
    void shouldWorkOnTheModulePath() throws Exception {
        Ended ended = run("--module=consumer/consumer.Consumer", VECTOR_MODULE, KERNELS_SHOWN,
                "--module-path=" + path(TRACKER, classes));
        assertEquals("dev.lethe.tracker", ended.value("module"));
        assertTrue(ended.value("kernels").startsWith("vector "), ended.toString());
        assertEquals("[1.0, 1.0, 1.0]", ended.value("score"), "provided by the program's module");
        assertEquals("[RightAtLast[]]", ended.value("rule"));
        assertWorks(ended);
    }

    @Test
    void shouldWorkOnTheModulePathWithoutTheVectorApi() throws Exception {
        Ended ended = run("--module=consumer/consumer.Consumer", KERNELS_SHOWN,
                "--module-path=" + path(TRACKER, classes));
        assertEquals("scalar", ended.value("kernels"));
        assertTrue(ended.lines().stream().anyMatch(line -> line.contains(VECTOR_MODULE)), ended.toString());
        assertWorks(ended);
    }

    @Test
    void shouldWorkOnTheClassPath() throws Exception {
        Ended ended = run("consumer.Consumer", VECTOR_MODULE, "-cp", path(TRACKER, classes));
        assertEquals("null", ended.value("module"), "the unnamed module");
        assertTrue(ended.value("kernels").startsWith("vector "), ended.toString());
        assertWorks(ended);
    }

    @Test
    void shouldAdaptAgronaWhereItIsOnThePath() throws Exception {
        Ended onModulePath = run("--module=consumer/consumer.AgronaConsumer", "--add-modules=org.agrona",
                FOR_AGRONA + "org.agrona", "--module-path=" + path(TRACKER, classes, AGRONA));
        assertEquals("dev.lethe.tracker", onModulePath.value("module"));
        assertTrue(Integer.parseInt(onModulePath.value("bytes")) >= 12, onModulePath.toString());
        Ended onClassPath = run("consumer.AgronaConsumer", FOR_AGRONA + "ALL-UNNAMED", "-cp",
                path(TRACKER, classes, AGRONA));
        assertEquals(onModulePath.value("bytes"), onClassPath.value("bytes"));
    }

    @Test
    void shouldExportTheApiAlone() {
        ModuleDescriptor module = ModuleFinder.of(TRACKER).find("dev.lethe.tracker").orElseThrow().descriptor();
        Set<String> packages = new TreeSet<>(module.packages());
        assertTrue(packages.removeAll(Set.of("dev.lethe.tracker.simd", "dev.lethe.tracker.service",
                "dev.lethe.tracker.plane", "dev.lethe.tracker.io")), packages.toString());
        assertEquals(packages,
                module.exports().stream().filter(export -> !export.isQualified()).map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void shouldProvideTheKernelsOfTheServiceFile() throws IOException {
        ModuleDescriptor module = ModuleFinder.of(TRACKER).find("dev.lethe.tracker").orElseThrow().descriptor();
        assertEquals(1, module.provides().size());
        ModuleDescriptor.Provides kernels = module.provides().iterator().next();
        assertEquals(PlaneKernels.class.getName(), kernels.service());
        assertEquals(Files.readAllLines(TRACKER.resolve("META-INF/services").resolve(kernels.service())),
                kernels.providers());
    }
}
