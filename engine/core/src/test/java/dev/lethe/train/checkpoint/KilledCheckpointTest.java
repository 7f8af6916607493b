package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes killed while they write checkpoints, which leave the last one that they reported, or a newer one. */
@Tag("slow")
class KilledCheckpointTest {
    private static final int KILLS = 6;
    private static final int CHECKPOINTS = 20; // before a kill, for the JVM to be at speed

    @Test
    void shouldLeaveAWholeCheckpointWheneverItIsKilled(@TempDir Path run) throws Exception {
        Random random = new Random(7);
        int epoch = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int reported = writeUntilKilled(run, epoch, random.nextInt(20));
            epoch = States.epochIn(run);
            assertTrue(epoch >= reported && epoch <= reported + 1, "reported=" + reported + ", found=" + epoch);
        }
        new CheckpointFolder(run).write(States.after(epoch + 1));
        assertEquals(List.of("checkpoint"), States.names(run));
    }

    /** Returns the last epoch that the process reported as written. */
    private static int writeUntilKilled(Path run, int from, int millis) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx64m", "-cp",
                System.getProperty("java.class.path"), CheckpointingProcess.class.getName(), run.toString(), from + "")
                .redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader()) {
            for (int i = 0; i < CHECKPOINTS; i++) {
                assertEquals(from + i + "", output.readLine());
            }
            Thread.sleep(millis);
            process.toHandle().destroyForcibly(); // Process.destroyForcibly would close the output, too
            return output.lines().mapToInt(Integer::parseInt).max().orElse(from + CHECKPOINTS - 1);
        } finally {
            process.destroyForcibly();
        }
    }
}
