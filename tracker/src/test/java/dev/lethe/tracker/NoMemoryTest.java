package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.tracker.ChildJvm.Ended;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Machines too small for a history: the failure is reported, and nothing stays allocated, open or locked. */
@Tag("slow")
class NoMemoryTest {
    @TempDir
    private Path folder;

    @Test
    @Timeout(120)
    void shouldGiveBackFileAndLockWhereThereIsNoMemoryForAHistory() throws Exception {
        assumeTrue(ProcessUsage.known() && hasPrlimit(), "needs /proc, and prlimit of util-linux");
        Path file = folder.resolve("history.lethe");
        ForgettingTracker.create(file, NoMemoryProcess.SPEC).close();
        Ended ended = ChildJvm.run(ChildJvm.command(64, NoMemoryProcess.class, file), folder.resolve("log.txt"), 60);
        assertEquals("true", ended.requireSuccess().value("done"));
    }

    private static boolean hasPrlimit() throws InterruptedException {
        try {
            return new ProcessBuilder("prlimit", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }
}
