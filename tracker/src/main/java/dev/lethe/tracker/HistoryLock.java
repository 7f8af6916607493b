package dev.lethe.tracker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The lock that keeps a second writer away from a history, in this process or another. It is on a file beside the
 * history, {@code NAME.lock}, because closing <em>any</em> channel on a file drops the process's POSIX locks on that
 * file, and histories are read while they are written. The lock file remains, empty: removing it would race with the
 * next writer. The lock itself ends with the process, whatever ends that.
 */
final class HistoryLock implements AutoCloseable {
    private final FileChannel channel;

    private HistoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a history.
     *
     * @throws HistoryException
     *             if another tracker holds it
     */
    static HistoryLock acquire(Path history) throws IOException {
        Path folder = history.toAbsolutePath().getParent();
        if (folder != null && Files.notExists(folder)) {
            throw new NoSuchFileException(history.toString(), null, "there is no folder for it: make it first");
        }
        Path file = history.resolveSibling(history.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new HistoryException(history.toString(), "another tracker is writing it: close that one first");
            }
            return new HistoryLock(channel);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
