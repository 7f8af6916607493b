package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.tracker.ChildJvm.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A history of a hundred million examples and ten epochs, in the memory that the documentation computes: 21.3 bytes for
 * each example while recording, so 2.13 GB, and while reading 20 bytes and two bits of each epoch, so 2.25 GB. It takes
 * 4.3 GB of disk and some minutes: {@code mvn test -pl tracker -Dlethe.excluded.groups= -Dgroups=long}.
 */
@Tag("long")
class ScaleTest {
    private static final double RECORDING_BYTES = 21.3;
    private static final double READING_BYTES = 20 + 2.0 * ScaleProcess.RUN.epochs() / Byte.SIZE;
    /** The share of the collector, the compiler and the allocator. */
    private static final long SLACK = 64L << 20;
    private static final int HEAP_MEGABYTES = 256;
    private static final int SECONDS = 1500;

    @TempDir
    private Path folder;

    @Test
    @Timeout(1600)
    void shouldRecordAHundredMillionExamplesInTheMemoryThatTheDocumentationComputes() throws Exception {
        assumeTrue(ProcessUsage.known(), "needs /proc, which only Linux has");
        Path file = folder.resolve("history.lethe");
        List<String> command = ChildJvm.command(HEAP_MEGABYTES, ScaleProcess.class, file);
        // as in use: with the optimizing compiler and the vector unit
        command.addAll(command.indexOf("-cp"),
                List.of("-XX:TieredStopAtLevel=4", "--add-modules=jdk.incubator.vector"));
        Ended ended = ChildJvm.run(command, folder.resolve("log.txt"), SECONDS).requireSuccess();
        assertEquals("true", ended.value("checked"));
        assertNear(RECORDING_BYTES, ended, "recording");
        assertNear(READING_BYTES, ended, "reading");
        assertNear(0, ended, "closed");
        assertEquals(HistoryBytes.layout(ScaleProcess.RUN.spec()).fileBytes(), Files.size(file));
    }

    private static void assertNear(double bytesOfExample, Ended ended, String what) {
        double computed = bytesOfExample * ScaleProcess.RUN.examples();
        double difference = Math.abs(Long.parseLong(ended.value(what)) - computed);
        assertTrue(difference <= 0.1 * computed + SLACK, what + " computed=" + computed + " of " + ended);
    }
}
