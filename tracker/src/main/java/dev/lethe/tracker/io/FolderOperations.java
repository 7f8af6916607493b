package dev.lethe.tracker.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The operations on folders by which a finished file takes its name. A rename is atomic, but after a power cut it may
 * be undone until the folder, too, was forced to disk.
 */
public interface FolderOperations {

    /** Returns the operations of the file system. */
    static FolderOperations disk() {
        return Disk.OPERATIONS;
    }

    /** Renames a file within its folder, over a file that has the name; durable only after {@link #sync}. */
    void move(Path from, Path to) throws IOException;

    /** Forces to disk which files a folder holds and what they are called. */
    void sync(Path folder) throws IOException;

    /** Makes the name of a file durable. */
    default void syncFolderOf(Path file) throws IOException {
        sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder"));
    }

    /** The operations of the file system. */
    enum Disk implements FolderOperations {
        /** The only instance. */
        OPERATIONS;

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void sync(Path folder) throws IOException {
            // elsewhere a folder cannot be opened, and the file system orders renames itself
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
    }
}
