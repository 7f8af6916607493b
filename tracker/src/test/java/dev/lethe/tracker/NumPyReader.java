package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The program {@code docs/python/lethe_history.py}, run by a Python with NumPy where the machine has one. */
final class NumPyReader {
    private static final Path PROGRAM = Path.of("..", "docs", "python", "lethe_history.py").toAbsolutePath()
            .normalize();

    private final String python;

    /**
     * The end of a program.
     *
     * @param exitCode
     *            the exit status, -1 where there is no such program
     * @param lines
     *            the lines that it printed, errors included
     */
    record Outcome(int exitCode, List<String> lines) {}

    private NumPyReader(String python) {
        this.python = python;
    }

    /** Finds a Python with NumPy, and skips the test where there is none. */
    static NumPyReader find() throws IOException, InterruptedException {
        Optional<String> found = Optional.empty();
        for (String candidate : List.of("python3", "/usr/bin/python3")) {
            if (found.isEmpty() && run(List.of(candidate, "-c", "import numpy")).exitCode == 0) {
                found = Optional.of(candidate);
            }
        }
        assumeTrue(found.isPresent(), "no python3 with numpy on this machine: the reader is not tested here");
        return new NumPyReader(found.orElseThrow());
    }

    /** Runs the program on a file. */
    Outcome read(Path file) throws IOException, InterruptedException {
        return run(List.of(python, PROGRAM.toString(), file.toString()));
    }

    /** Runs a script that imports {@code lethe_history}. */
    Outcome script(String script, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(python, "-c", script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return run(command);
    }

    /** Runs a script that imports {@code lethe_history}, and checks that it succeeds. */
    List<String> lines(String script, Object... arguments) throws IOException, InterruptedException {
        Outcome outcome = script(script, arguments);
        assertEquals(0, outcome.exitCode, String.join("\n", outcome.lines));
        return outcome.lines;
    }

    private static Outcome run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PYTHONPATH", PROGRAM.getParent().toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        try {
            Process process = builder.start();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                    .toList();
            return new Outcome(process.waitFor(), lines);
        } catch (IOException e) {
            return new Outcome(-1, List.of(e.toString())); // there is no such program
        }
    }
}
