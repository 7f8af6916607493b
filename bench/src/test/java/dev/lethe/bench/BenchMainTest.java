package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;

@Isolated("reads what is printed")
class BenchMainTest {
    @Test
    void shouldGiveForksTheFlagsThatTheBuildDefines() throws CommandLineOptionException {
        assertEquals(
                List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"),
                options().getJvmArgsPrepend().get());
    }

    @Test
    void shouldPutTheCallersFlagsAfterItsOwn() throws CommandLineOptionException {
        List<String> flags = List.copyOf(options("-jvmArgsPrepend", "-Xmx1g").getJvmArgsPrepend().get());
        assertEquals("-Xmx1g", flags.getLast());
        assertEquals(BenchMain.jvmFlags().size() + 1, flags.size());
    }

    @Test
    void shouldFailOnErrorUnlessToldOtherwise() throws CommandLineOptionException {
        assertTrue(options().shouldFailOnError().get());
        assertFalse(options("-foe", "false").shouldFailOnError().get());
    }

    @Test
    void shouldExitWithTwoOnWrongUsage() {
        Outcome outcome = run("-f", "minus one");
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.message().contains("minus one"), outcome.message());
    }

    @Test
    void shouldExitWithOneWhereNoBenchmarkMatches() {
        assertEquals(new Outcome(1, "No benchmark matches [NoSuchBenchmark]; -l lists them."), run("NoSuchBenchmark"));
    }

    @Test
    void shouldSayInOneSentenceWhyABenchmarkFailed() {
        Outcome outcome = run("TrainStepBenchmark", "-p", "engine=none", "-f", "0", "-v", "SILENT");
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.message().startsWith("The run failed: unknown engine=none;"), outcome.message());
    }

    @Test
    void shouldLeaveOutWhatAnEngineCannotTrainAndRunTheRest() throws CommandLineOptionException {
        EngineSelection selection = EngineSelection
                .of(options("TrainStepBenchmark", "-p", "engine=lethe,reference", "-p",
                        "dtype=f32,bf16"));
        assertEquals(List.of("engine=lethe does not train model=mnist-cnn in dtype=BF16; it trains it in [F32].",
                "engine=reference does not train model=mnist-cnn in dtype=BF16; it trains it in [F32]."),
                selection.leftOut());
        assertEquals(1, selection.runs().size());
        assertEquals(List.of("f32"), List.copyOf(selection.runs().getFirst().getParameter("dtype").get()));
        assertEquals(List.of("lethe", "reference"),
                List.copyOf(selection.runs().getFirst().getParameter("engine").get()));
    }

    @Test
    void shouldRunOtherBenchmarksOnceWhereAnEngineIsLeftOut() throws CommandLineOptionException {
        EngineSelection selection = EngineSelection.of(options("TrainStep", "TrackerScan", "-e", "scalar", "-p",
                "engine=lethe", "-p", "dtype=f32,bf16"));
        assertEquals(1, selection.leftOut().size());
        assertEquals(2, selection.runs().size());
        assertEquals(List.of("dev.lethe.bench.TrainStepBenchmark.step"),
                EngineSelection.matching(selection.runs().getFirst()));
        List<String> others = EngineSelection.matching(selection.runs().getLast());
        assertTrue(others.contains("dev.lethe.bench.TrackerScanBenchmark.vector"), others.toString());
        assertTrue(others.stream().allMatch(name -> name.contains("TrackerScan") && !name.contains("scalar")),
                others.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TrainStepBenchmark", "TrackerScanBenchmark"})
    void shouldLeaveACommandLineAsItIsWhereEveryEngineCan(String benchmark) throws CommandLineOptionException {
        Options options = options(benchmark);
        assertEquals(new EngineSelection(List.of(options), List.of()), EngineSelection.of(options));
    }

    @Test
    void shouldExitWithOneWhereNoEngineIsLeft() {
        Outcome outcome = run("TrainStepBenchmark", "-p", "dtype=bf16", "-f", "0", "-v", "SILENT");
        assertEquals(1, outcome.exitCode());
        assertEquals("""
                Left out: engine=lethe does not train model=mnist-cnn in dtype=BF16; it trains it in [F32].
                The run failed: no engine trains what was asked for.""", outcome.message());
    }

    private record Outcome(int exitCode, String message) {}

    private static Outcome run(String... arguments) {
        PrintStream terminal = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            int exitCode = BenchMain.run(arguments);
            return new Outcome(exitCode, captured.toString(StandardCharsets.UTF_8).strip());
        } finally {
            System.setErr(terminal);
        }
    }

    private static Options options(String... arguments) throws CommandLineOptionException {
        return BenchMain.withProjectDefaults(new CommandLineOptions(arguments));
    }
}
