package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rehearsal of the GPU backend without a GPU: all of its code runs, from the driver's functions to JavaCPP's
 * bindings, on {@link StandIns} that check what a device would check, or suffer from silently.
 */
@Tag("slow")
class CudaRehearsalTest {
    private static final int MINUTES = 5; // that a process may take
    private static final int LEAST_TESTS = 250; // of the contract
    private static final int LEAST_PLANS = 300; // tests on a described device
    private static final Pattern SUMMARY = Pattern.compile("(\\d+) tests passed, (\\d+) did not");
    private static final Pattern REFUSALS = Pattern.compile("""
            resident images: [1-9]\\d* refused allocations on the device were named, 0 on the host, [1-9]\\d* made no \
            difference
            sent images: [1-9]\\d* refused allocations on the device were named, 1 on the host, \\d+ made no difference
            """);

    private static Path libraries;

    @TempDir
    private Path folder;

    /** The end of a process: its exit code, what it printed, and what the stand-ins counted. */
    private record Outcome(int code, String output, Properties counts) {
        long count(String name) {
            return Long.parseLong(counts.getProperty(name, "0"));
        }

        void requireNothingIsLeft() {
            counts.stringPropertyNames().stream().filter(name -> name.startsWith("left."))
                    .forEach(name -> assertEquals(0, count(name), name + "\n" + output));
            assertTrue(count("allocations") > 0, counts + "\n" + output);
        }

        void requireTests(int least) {
            Matcher summary = SUMMARY.matcher(output);
            assertTrue(summary.find(), output);
            assertEquals(0, Integer.parseInt(summary.group(2)), output);
            assertTrue(Integer.parseInt(summary.group(1)) >= least, output);
            assertEquals(0, code, output);
        }

        void requireFailure(String... words) {
            assertEquals(Rehearsal.FAILED, code, output);
            for (String word : words) {
                assertTrue(output.contains(word), word + " is not in\n" + output);
            }
        }
    }

    @BeforeAll
    static void buildLibraries() {
        assumeTrue(StandIns.unavailable().isEmpty(), () -> StandIns.unavailable().toString());
        libraries = StandIns.folder();
    }

    private Outcome run(String program, Map<String, String> settings) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Path results = folder.resolve("results.txt");
        Path report = folder.resolve("report.properties");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash", "-XX:+ErrorFileToStdout",
                "-Dlethe.cache=" + folder.resolve("cache"),
                "-cp", System.getProperty("java.class.path"), Rehearsal.class.getName(), program, results.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(StandIns.environment(libraries));
        builder.environment().put("STANDIN_REPORT", report.toString());
        builder.environment().putAll(settings);
        Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        Properties counts = new Properties();
        if (Files.exists(report)) {
            try (InputStream in = Files.newInputStream(report)) {
                counts.load(in);
            }
        }
        String written = Files.exists(results) ? Files.readString(results) : "";
        return new Outcome(process.exitValue(), written + Files.readString(output), counts);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldKeepTheContract(int seed) throws IOException, InterruptedException {
        Outcome outcome = run("contract", Map.of("STANDIN_SEED", Integer.toString(seed),
                "STANDIN_MULTIPROCESSORS", Integer.toString(1 + 2 * seed)));
        outcome.requireTests(LEAST_TESTS);
        outcome.requireNothingIsLeft();
    }

    @Test
    void shouldMakePlansForADescribedDevice() throws IOException, InterruptedException {
        Outcome outcome = run("described", Map.of());
        outcome.requireTests(LEAST_PLANS);
        assertEquals(0, outcome.count("left.cudnn.descriptors"), outcome.output);
    }

    @Test
    void shouldComputeTheSameInSeveralThreads() throws IOException, InterruptedException {
        Outcome outcome = run("agree", Map.of());
        assertEquals(0, outcome.code, outcome.output);
        assertTrue(outcome.output.contains("margins agree"), outcome.output);
        outcome.requireNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"margins, margins [", "sums, sums printed"})
    void shouldComputeTheSameBitsInAnyOrderOfThreads(String program, String words)
            throws IOException, InterruptedException {
        Outcome first = run(program, Map.of("STANDIN_SEED", "3"));
        Outcome second = run(program, Map.of("STANDIN_SEED", "4"));
        assertEquals(0, first.code, first.output);
        assertTrue(first.output.contains(words), first.output);
        assertEquals(first.output, second.output);
    }

    @Test
    void shouldTellTheEnginesOfPlansApart() throws IOException, InterruptedException {
        Outcome outcome = run("engines", Map.of());
        assertEquals(0, outcome.code, outcome.output);
        List<String> lists = outcome.output.lines().filter(line -> line.startsWith("engines of"))
                .map(line -> line.substring(line.indexOf('['))).toList();
        assertEquals(2, lists.size(), outcome.output);
        assertEquals(lists.getFirst(), lists.getLast());
        Matcher engines = Pattern.compile("CudnnEngine\\[number=\\d+, knobs=\\{6=\\d\\}]").matcher(lists.getFirst());
        assertEquals(4, engines.results().map(MatchResult::group).distinct().count(), lists.getFirst());
        assertTrue(outcome.count("calls") > 0, outcome.output);
        assertEquals(0, outcome.count("left.cudnn.descriptors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fill", "copy", "gather_f32", "gelu_f32", "convolution"})
    void shouldSayThatADeviceIsLost(String work) throws IOException, InterruptedException {
        Outcome outcome = run("margins", Map.of("STANDIN_ILLEGAL_ACCESS", work));
        outcome.requireFailure("failed with dev.lethe.nativelib.cuda.LostDeviceException: ", "CUDA error 700, "
                + "an illegal memory access was encountered", "LETHE_CUDA_EAGER=1 tells which call fails");
    }

    @Test
    void shouldNameTheCallThatLosesADeviceWhereEachIsWaitedFor() throws IOException, InterruptedException {
        Outcome outcome = run("margins", Map.of("STANDIN_ILLEGAL_ACCESS", "gelu_f32", "LETHE_CUDA_EAGER", "1"));
        outcome.requireFailure("LostDeviceException: layer0, kernel gelu_f32 of", "CUDA error 700");
        assertFalse(outcome.output.contains("LETHE_CUDA_EAGER"), outcome.output);
    }

    @ParameterizedTest
    @CsvSource({"gelu_f32, 'layer0, kernel gelu_f32 of'", "convolution, 'logits, ConvolutionProblem[part=FORWARD'"})
    void shouldNameTheCallThatACaptureRefuses(String work, String name) throws IOException, InterruptedException {
        Outcome outcome = run("margins", Map.of("STANDIN_REFUSE_IN_CAPTURE", work));
        outcome.requireFailure("failed with dev.lethe.nativelib.ffm.NativeException: " + name, "error 900");
        outcome.requireNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"gelu_f32, CUDA error 901", "advance, set LETHE_CUDA_EAGER=1 to train without graphs"})
    void shouldCloseEverythingWhereACaptureBecomesInvalid(String work, String words)
            throws IOException, InterruptedException {
        Outcome outcome = run("margins", Map.of("STANDIN_INVALIDATE_CAPTURE", work));
        outcome.requireFailure("failed with dev.lethe.nativelib.ffm.NativeException", words);
        outcome.requireNothingIsLeft();
    }

    @Test
    void shouldSayThatADeviceHasTooLittleMemory() throws IOException, InterruptedException {
        Outcome outcome = run("margins", Map.of("STANDIN_MEMORY", "5000"));
        outcome.requireFailure("OutOfDeviceMemoryException: Stand-in GPU has", "choose a smaller batch");
        outcome.requireNothingIsLeft();
    }

    @Test
    void shouldPassOverPlansWhoseWorkspaceDoesNotFit() throws IOException, InterruptedException {
        Outcome outcome = run("agree", Map.of("STANDIN_MEMORY", "1000000", "STANDIN_WORKSPACE", "900000"));
        assertEquals(0, outcome.code, outcome.output);
        outcome.requireNothingIsLeft();
    }

    @Test
    void shouldNameEveryAllocationThatIsRefused() throws IOException, InterruptedException {
        Outcome outcome = run("refuse-allocations", Map.of());
        assertEquals(0, outcome.code, outcome.output);
        assertTrue(REFUSALS.matcher(outcome.output).find(), outcome.output);
        outcome.requireNothingIsLeft();
    }
}
