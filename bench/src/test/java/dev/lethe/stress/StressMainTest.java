package dev.lethe.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("reads what is printed")
class StressMainTest {

    private record Outcome(int exitCode, String printed, String message) {}

    private static Outcome run(String... arguments) throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(message, true, StandardCharsets.UTF_8));
        try {
            int exitCode = StressMain.run(arguments);
            return new Outcome(exitCode, printed.toString(StandardCharsets.UTF_8),
                    message.toString(StandardCharsets.UTF_8).strip());
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static StressOptions parsed(String... arguments) throws IOException {
        StressOptions options = new StressOptions(arguments);
        assertTrue(options.parse());
        return options;
    }

    @Test
    void shouldGiveForksTheFlagsThatTheBuildDefinesBeforeTheCallers() throws IOException {
        assertEquals(
                List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", "-Xlog:gc"),
                parsed("-jvmArgsPrepend", "-Xlog:gc").getJvmArgsPrepend());
    }

    @Test
    void shouldBeQuickUnlessToldOtherwise() throws IOException {
        StressOptions quick = parsed();
        assertEquals(List.of(3, 150), List.of(quick.getIterations(), quick.getTime()));
        StressOptions given = parsed("-iters", "2", "--time=70");
        assertEquals(List.of(2, 70), List.of(given.getIterations(), given.getTime()));
        StressOptions preset = parsed("-m", "tough");
        assertEquals(List.of(10, 1000), List.of(preset.getIterations(), preset.getTime()));
    }

    @Test
    void shouldWriteIntoOneFolder() throws IOException {
        assertTrue(Path.of(parsed().getResultFile()).startsWith(Path.of("lethe-out", "stress")));
        assertTrue(Path.of(parsed("-r", "elsewhere").getResultFile()).startsWith("elsewhere"));
    }

    @Test
    void shouldListTheTests() throws Exception {
        Outcome outcome = run("-l", "-t", "TwoCommits");
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.printed().endsWith("dev.lethe.stress.TwoCommits\n"), outcome.printed());
    }

    @Test
    void shouldExitWithTwoOnWrongUsage() throws Exception {
        Outcome outcome = run("-iters", "few");
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.message().contains("few"), outcome.message());
    }

    @Test
    void shouldExitWithOneWhereNoTestMatches() throws Exception {
        Outcome outcome = run("-t", "NoSuchTest");
        assertEquals(1, outcome.exitCode());
        assertEquals("No stress test matches NoSuchTest; -l lists them.", outcome.message());
    }
}
