package dev.lethe.tracker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A temporary folder in memory where the system has such a file system, so that tests which commit thousands of epochs
 * do not wait for a disk to confirm them.
 */
final class MemoryFolder implements AutoCloseable {
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private final Path path;
    private int files;

    MemoryFolder() throws IOException {
        path = Files.isWritable(IN_MEMORY)
                ? Files.createTempDirectory(IN_MEMORY, "lethe")
                : Files.createTempDirectory("lethe");
    }

    /** Returns the name of a file that does not exist yet. */
    Path newFile() {
        return path.resolve("history-" + files++ + ".lethe");
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
