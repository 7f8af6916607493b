package dev.lethe.tracker.plane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ChildJvm;
import dev.lethe.tracker.ChildJvm.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaneKernelChoiceTest {
    private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
    private static final String FORCED = "-D" + PlaneKernelChoice.PROPERTY + "=";
    private static final String OR_SCALAR = ", or set lethe.tracker.kernels=scalar";
    private static final String LOGGED = "the tracker runs its scalar kernels, which are slower: ";
    private static final String NEEDS_MODULE = "the vector kernels need the module jdk.incubator.vector: start java "
            + "with --add-modules=jdk.incubator.vector";

    @TempDir
    private Path folder;

    /** A program that prints the kernels of its JVM. */
    static final class Report {
        private Report() {}

        public static void main(String[] arguments) {
            for (int use = 0; use < 3; use++) {
                try {
                    System.out.println("kernels" + use + "=" + PlaneKernelChoice.inUse().description());
                } catch (IllegalStateException e) {
                    System.out.println("kernels" + use + "=" + e.getMessage());
                }
            }
        }
    }

    /** The kernels of a JVM with flags of its own, and the warnings that it logged about them. */
    private record Reported(String kernels, List<String> warnings) {}

    private Reported report(String... flags) throws Exception {
        List<String> options = new ArrayList<>(Arrays.asList(flags));
        options.addAll(List.of("-XX:+UseSerialGC", "-Xmx64m", "-cp", ChildJvm.classPath(Report.class)));
        Ended ended = ChildJvm.run(ChildJvm.command(options, Report.class.getName()), folder.resolve("log.txt"), 60)
                .requireSuccess();
        String kernels = ended.value("kernels0");
        assertEquals(List.of(kernels, kernels), List.of(ended.value("kernels1"), ended.value("kernels2")));
        return new Reported(kernels, ended.lines().stream().filter(line -> line.contains("scalar kernels")).toList());
    }

    /** Returns the facts about a JVM like this one, except for some flags. */
    private static JvmFacts jvm(String info, Map<String, String> changed) {
        Map<String, String> flags = new HashMap<>(Map.of("TieredStopAtLevel", "4", "UseCompiler", "true",
                "UseJVMCICompiler", "false", "EnableVectorSupport", "true"));
        flags.putAll(changed);
        return new JvmFacts(true, "OpenJDK 64-Bit Server VM", info, flag -> Optional.ofNullable(flags.get(flag)));
    }

    private static JvmFacts jvm() {
        return jvm("mixed mode, sharing", Map.of());
    }

    /**
     * Checks that vector kernels are refused for a reason where they are forced, and that {@code auto} does without
     * them.
     */
    private static void assertObstacle(String reason, JvmFacts jvm) {
        List<String> log = new ArrayList<>();
        assertSame(PlaneKernelChoice.scalar(),
                PlaneKernelChoice.choose("auto", jvm, PlaneKernelChoice::vector, log::add));
        assertEquals(List.of(LOGGED + reason + OR_SCALAR), log);
        assertEquals(reason + OR_SCALAR, assertThrows(IllegalStateException.class,
                () -> PlaneKernelChoice.choose("vector", jvm, PlaneKernelChoice::vector, log::add)).getMessage());
        assertSame(PlaneKernelChoice.scalar(),
                PlaneKernelChoice.choose("scalar", jvm, PlaneKernelChoice::vector, log::add));
        assertEquals(1, log.size(), "what is forced is not logged");
    }

    @Test
    void shouldRunTheVectorKernelsInThisBuild() {
        assertTrue(PlaneKernelChoice.inUse().description().startsWith("vector "),
                PlaneKernelChoice.inUse().description());
        assertTrue(PlaneKernelChoice.vector().vectorBits() >= 128);
    }

    @Test
    void shouldChooseWhatThePropertySays() {
        List<String> log = new ArrayList<>();
        PlaneKernels vector = PlaneKernelChoice.vector();
        assertSame(PlaneKernelChoice.scalar(), PlaneKernelChoice.choose("scalar", jvm(), () -> vector, log::add));
        assertSame(vector, PlaneKernelChoice.choose("vector", jvm(), () -> vector, log::add));
        assertSame(vector, PlaneKernelChoice.choose("auto", jvm(), () -> vector, log::add));
        assertEquals("lethe.tracker.kernels=avx: choose auto, vector or scalar",
                assertThrows(IllegalStateException.class,
                        () -> PlaneKernelChoice.choose("avx", jvm(), () -> vector, log::add)).getMessage());
        assertEquals(List.of(), log);
    }

    @Test
    void shouldGoWithoutVectorsWhereTheirModuleIsMissing() {
        assertObstacle(NEEDS_MODULE, new JvmFacts(false, jvm().name(), jvm().info(), jvm().flags()));
    }

    @ParameterizedTest
    @CsvSource({"OpenJDK 64-Bit Zero VM", "Eclipse OpenJ9 VM", "OpenJDK 64-Bit Minimal VM"})
    void shouldGoWithoutVectorsWhereThereIsNoServerVm(String name) {
        assertObstacle("the vector kernels need the C2 compiler, and this JVM has java.vm.name=" + name
                + ": run a JDK with HotSpot's Server VM", new JvmFacts(true, name, jvm().info(), jvm().flags()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"interpreted mode, sharing; start java without -Xint",
            "mixed mode, emulated-client; start java without -XX:CompilationMode and -XX:TieredStopAtLevel"})
    void shouldGoWithoutVectorsInModesWithoutC2(String info, String remedy) {
        String reason = "the vector kernels need the C2 compiler, and this JVM has java.vm.info=" + info + ": "
                + remedy;
        assertObstacle(reason, jvm(info, Map.of()));
        // a Java runtime without jdk.management tells no flags
        assertObstacle(reason, new JvmFacts(true, jvm().name(), info, _ -> Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"TieredStopAtLevel,0,start java without that flag", "TieredStopAtLevel,3,start java without that flag",
            "UseCompiler,false,start java without that flag",
            "UseJVMCICompiler,true,start java with -XX:-UseJVMCICompiler"})
    void shouldGoWithoutVectorsWhereAFlagRulesC2Out(String flag, String value, String remedy) {
        assertObstacle(
                "the vector kernels need the C2 compiler, and this JVM has " + flag + "=" + value + ": " + remedy,
                jvm("mixed mode, sharing", Map.of(flag, value)));
    }

    @Test
    void shouldGoWithoutVectorsWhereTheCompilerBoxesThem() {
        assertObstacle("the vector kernels need the compiler's support of vectors, and this JVM has "
                + "EnableVectorSupport=false: start java without that flag",
                jvm("mixed mode", Map.of("EnableVectorSupport", "false")));
    }

    @Test
    void shouldRunVectorsWhereNoFlagIsTold() {
        JvmFacts silent = new JvmFacts(true, jvm().name(), jvm().info(), _ -> Optional.empty());
        assertSame(PlaneKernelChoice.vector(), PlaneKernelChoice.choose("auto", silent, PlaneKernelChoice::vector,
                reason -> {
                    throw new AssertionError(reason);
                }));
    }

    /** Takes the scalar twin, which works on 64 bits, for vectors of a machine that has no wider ones. */
    @Test
    void shouldGoWithoutVectorsThatAreNoWiderThanALong() {
        List<String> log = new ArrayList<>();
        PlaneKernels narrow = new ScalarPlaneKernels();
        String reason = "the vector kernels need vectors of at least 128 bits, and this JVM has vectorBits=64: "
                + "start java without -XX:MaxVectorSize" + OR_SCALAR;
        assertSame(PlaneKernelChoice.scalar(), PlaneKernelChoice.choose("auto", jvm(), () -> narrow, log::add));
        assertEquals(List.of(LOGGED + reason), log);
        assertEquals(reason, assertThrows(IllegalStateException.class,
                () -> PlaneKernelChoice.choose("vector", jvm(), () -> narrow, log::add)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({VECTOR_MODULE, VECTOR_MODULE + " -XX:+IgnoreUnrecognizedVMOptions -XX:UseAVX=0",
            VECTOR_MODULE + " -XX:+UnlockExperimentalVMOptions",
            VECTOR_MODULE + " --limit-modules=java.base"})
    @Timeout(60)
    void shouldRunTheVectorKernelsInJvmsThatCompileThem(String flags) throws Exception {
        Reported auto = report(flags.split(" "));
        assertTrue(auto.kernels().startsWith("vector "), auto.kernels());
        assertEquals(List.of(), auto.warnings());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"-Dsome=property;start java with --add-modules=jdk.incubator.vector",
            VECTOR_MODULE + " -Xint;start java without -Xint",
            VECTOR_MODULE + " -XX:TieredStopAtLevel=1;TieredStopAtLevel=1: start java without that flag",
            VECTOR_MODULE + " --limit-modules=java.base -XX:TieredStopAtLevel=1;emulated-client",
            VECTOR_MODULE + " -XX:TieredStopAtLevel=3;TieredStopAtLevel=3: start java without that flag",
            VECTOR_MODULE + " -XX:CompilationMode=quick-only;start java without -XX:CompilationMode",
            VECTOR_MODULE + " -XX:-UseCompiler;UseCompiler=false",
            VECTOR_MODULE + " -XX:+UnlockExperimentalVMOptions -XX:-EnableVectorSupport;EnableVectorSupport=false",
            VECTOR_MODULE + " -XX:MaxVectorSize=8;vectorBits=64"})
    @Timeout(60)
    void shouldRunTheScalarTwinInJvmsThatDoNotAndSayWhyOnce(String flags, String reason) throws Exception {
        Reported auto = report(flags.split(" "));
        assertEquals("scalar", auto.kernels());
        assertEquals(1, auto.warnings().size(), auto.warnings().toString());
        assertTrue(auto.warnings().getFirst().contains(LOGGED + "the vector kernels need "), auto.toString());
        assertTrue(auto.warnings().getFirst().contains(reason), auto.toString());
    }

    @Test
    @Timeout(60)
    void shouldRefuseForcedVectorsInAJvmThatDoesNotCompileThem() throws Exception {
        assertEquals(
                new Reported("the vector kernels need the C2 compiler, and this JVM has TieredStopAtLevel=1: start "
                        + "java without that flag" + OR_SCALAR, List.of()),
                report(VECTOR_MODULE, "-XX:TieredStopAtLevel=1", FORCED + "vector"));
    }

    @Test
    @Timeout(60)
    void shouldNotLogAForcedTwin() throws Exception {
        assertEquals(new Reported("scalar", List.of()), report(FORCED + "scalar"));
    }
}
