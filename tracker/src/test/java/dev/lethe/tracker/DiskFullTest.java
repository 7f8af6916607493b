package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.tracker.ChildJvm.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writes that fail for real, after some of the bytes: a limit on the size of files, and a full file system of a few
 * megabytes. {@link CommitProtocolTest} does the same with a made-up medium.
 */
@Tag("slow")
@Timeout(120)
class DiskFullTest {
    private static final int SECONDS = 60;
    private static final int KIBIBYTE = 1024;

    @TempDir
    private Path folder;

    private boolean works(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("tried.txt").toFile()).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }

    private Ended child(List<String> before, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.addAll(ChildJvm.command(64, DiskFullProcess.class, arguments));
        command.add(command.indexOf("-cp"), "-XX:-UsePerfData"); // a file of the JVM's own, which would meet the limit
        return ChildJvm.run(command, folder.resolve("child.txt"), SECONDS).requireSuccess();
    }

    /** Sets the limit in the middle of a plane of epoch 3, so that a part of it is written. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldContinueAfterALimitOnTheSizeOfFilesIsLifted(boolean everySeen) throws Exception {
        assumeTrue(works("bash", "-c", "ulimit -S -f 100") && works("prlimit", "--version"),
                "needs bash, and prlimit of util-linux");
        RandomRun run = DiskFullProcess.run(everySeen);
        Path file = folder.resolve("history.lethe");
        ForgettingTracker.create(file, run.spec()).close();
        HistoryLayout layout = HistoryBytes.layout(run.spec());
        long plane = everySeen ? layout.correctPlane(3) : layout.seenPlane(3);
        long limit = (plane + layout.planeBytes() / 2) / KIBIBYTE;
        Ended ended = child(List.of("bash", "-c", "ulimit -S -f " + limit + " && exec \"$@\"", "bash"), "limited", file,
                everySeen);
        assertEquals("history=" + file + ": bytes=" + layout.planeBytes() + " at offset=" + plane
                + " could not be written, File too large: check the disk and its free space, and try again",
                ended.value("message"));
        assertEquals("3", ended.value("committed"));
        try (History history = History.open(file)) {
            assertHolds(run, DiskFullProcess.EPOCHS, history);
        }
    }

    @Test
    void shouldContinueAfterAFullDiskHasRoomAgain() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        List<String> mounted = mounted(disk);
        Ended ended = child(mounted, "full", disk);
        // at least for want of room for each of the planes, in each epoch
        assertTrue(Integer.parseInt(ended.value("refused")) >= 2 * DiskFullProcess.EPOCHS, ended.toString());
    }

    /**
     * Returns a command before which {@code disk} is mounted as a small file system of its own, which goes when the
     * command ends.
     */
    private List<String> mounted(Path disk) throws IOException, InterruptedException {
        String mount = "mount -t tmpfs -o size=3m tmpfs '" + disk + "' && exec \"$@\"";
        for (String namespace : List.of("-m", "-Urm")) { // as root, or as what root is in a namespace of our own
            if (works("unshare", namespace, "bash", "-c", mount, "bash", "true")) {
                return List.of("unshare", namespace, "bash", "-c", mount, "bash");
            }
        }
        assumeTrue(false,
                "no file system can be mounted here: needs unshare of util-linux, and root or user namespaces");
        return List.of();
    }
}
