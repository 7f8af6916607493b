package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Python with NumPy, if the machine has it, which reads our files and writes files for us. */
public final class Python {
    private static final Optional<String> COMMAND = List.of("/usr/bin/python3", "python3").stream()
            .filter(Python::hasNumpy).findFirst();

    private Python() {}

    private static boolean hasNumpy(String command) {
        try {
            Process process = start(command, "import numpy", Path.of("."));
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // no such command
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Process start(String command, String script, Path folder) throws IOException {
        return new ProcessBuilder(command, "-c", script).directory(folder.toFile()).redirectErrorStream(true).start();
    }

    /**
     * Runs a script in a folder, asserts that it succeeds and returns its output. Skips the test if there is no Python
     * with NumPy.
     */
    public static String run(Path folder, String script) throws IOException, InterruptedException {
        assumeTrue(COMMAND.isPresent(), "skipped: neither /usr/bin/python3 nor python3 has numpy");
        Process process = start(COMMAND.get(), script, folder);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
