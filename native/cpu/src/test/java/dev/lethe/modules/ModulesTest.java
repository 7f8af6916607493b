package dev.lethe.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.Backends;
import dev.lethe.nativelib.cpu.CpuBackendProvider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels and the backends as modules, beside the class path that all other tests take. */
@Timeout(60)
class ModulesTest {
    private static final Path KERNELS = location(Backends.class);
    private static final Path BACKENDS = location(CpuBackendProvider.class);

    @TempDir
    private Path folder;

    private static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The folder of these tests' classes, which holds nothing of the modules' packages that the program needs. */
    private static String tests() {
        return location(ModulesTest.class).toString();
    }

    private static String modulePath() {
        Stream<String> libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("bytedeco") || entry.contains("slf4j"));
        return Stream.concat(Stream.of(KERNELS.toString(), BACKENDS.toString()), libraries)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Returns the module of a folder of classes, or of a jar. */
    private static ModuleReference module(Path place) {
        return ModuleFinder.of(place).findAll().iterator().next();
    }

    private static List<String> providers(ModuleReference module, String service) throws IOException {
        try (ModuleReader reader = module.open();
                InputStream file = reader.open("META-INF/services/" + service).orElseThrow()) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Returns what {@link OpensBackends} writes when modules are resolved. */
    private List<String> opened(String modules) throws Exception {
        Path lines = folder.resolve("lines.txt");
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=" + modules, "--enable-native-access=org.bytedeco.javacpp,dev.lethe.cpu",
                "--module-path", modulePath(), "-cp", tests(), OpensBackends.class.getName(), lines.toString())
                .redirectErrorStream(true).start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, program.waitFor(), output);
        return Files.readAllLines(lines);
    }

    @Test
    void shouldOpenEveryBackendOnTheModulePath() throws Exception {
        assertEquals(List.of("cpu dev.lethe.cpu", "onednn dev.lethe.cpu", "vector dev.lethe.cpu",
                "reference dev.lethe.kernels"), opened("ALL-MODULE-PATH"));
    }

    /** No module requires the modules of natives, which are called after their platforms. */
    @Test
    void shouldSayThatModulesOfNativesAreNotResolved() throws Exception {
        List<String> lines = opened("dev.lethe.cpu");
        for (String line : lines.subList(0, 2)) {
            assertTrue(line.contains(" cannot run here: the modules of oneDNN are not resolved (Type org.bytedeco.")
                    && line.endsWith("; start java with --add-modules=ALL-MODULE-PATH"), line);
        }
        assertEquals(List.of("vector dev.lethe.cpu", "reference dev.lethe.kernels"), lines.subList(2, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.lethe.kernels", "dev.lethe.cpu"})
    void shouldProvideTheBackendsOfTheServiceFile(String name) throws IOException {
        Path place = name.equals("dev.lethe.kernels") ? KERNELS : BACKENDS;
        ModuleReference module = module(place);
        assertEquals(name, module.descriptor().name());
        assertEquals(1, module.descriptor().provides().size());
        ModuleDescriptor.Provides backends = module.descriptor().provides().iterator().next();
        assertEquals(BackendProvider.class.getName(), backends.service());
        assertEquals(providers(module, backends.service()), backends.providers());
    }
}
