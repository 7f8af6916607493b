package dev.lethe.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a folder, held by one thread of one process at a time. It is on a file in the folder, which stays behind,
 * empty: removing it would race with the next holder. The lock goes with the process, however that ends. Thread-safe.
 */
public final class FolderLock implements Closeable {
    /** Lock files that this JVM holds: the system's locks are between processes, not between threads. */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes a lock, waiting for another holder to release it.
     *
     * @param folder folder that exists
     * @param name name of the lock file
     */
    public static FolderLock acquire(Path folder, String name) throws IOException {
        Path file = folder.toRealPath().resolve(name);
        synchronized (HELD) {
            while (!HELD.add(file)) {
                await(file);
            }
        }
        return open(file, true).orElseThrow();
    }

    /**
     * Takes a lock, or returns empty when another holder has it.
     *
     * @param folder folder that exists
     * @param name name of the lock file
     */
    public static Optional<FolderLock> tryAcquire(Path folder, String name) throws IOException {
        Path file = folder.toRealPath().resolve(name);
        synchronized (HELD) {
            if (!HELD.add(file)) {
                return Optional.empty();
            }
        }
        return open(file, false);
    }

    private static void await(Path file) throws InterruptedIOException {
        try {
            HELD.wait();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the lock " + file);
        }
    }

    /** Takes the system's lock on a file that this thread has marked as held. */
    private static Optional<FolderLock> open(Path file, boolean waiting) throws IOException {
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            taken = (waiting ? channel.lock() : channel.tryLock()) != null;
            return taken ? Optional.of(new FolderLock(file, channel)) : Optional.empty();
        } finally {
            if (!taken) {
                release(file, channel);
            }
        }
    }

    private static void release(Path file, @Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close(); // before another thread may open the file
            }
        } finally {
            synchronized (HELD) {
                HELD.remove(file);
                HELD.notifyAll();
            }
        }
    }

    /** Releases the lock. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            release(file, channel);
        }
    }
}
