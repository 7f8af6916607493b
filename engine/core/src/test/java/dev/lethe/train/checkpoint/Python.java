package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Python with its libraries, if the machine has it, which reads our files and writes files for us. */
public final class Python {
    private static final List<String> COMMANDS = List.of("/usr/bin/python3", "python3");

    private Python() {}

    private static boolean has(String command, String libraries) {
        try {
            Process process = start(command, "import " + libraries, Path.of("."));
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
        return run("numpy", folder, script);
    }

    /**
     * Runs a script that needs libraries.
     *
     * @param libraries names of modules, with commas between them
     */
    public static String run(String libraries, Path folder, String script) throws IOException, InterruptedException {
        Optional<String> command = COMMANDS.stream().filter(one -> has(one, libraries)).findFirst();
        assumeTrue(command.isPresent(), "skipped: neither /usr/bin/python3 nor python3 has " + libraries);
        Process process = start(command.get(), script, folder);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
