package dev.lethe.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file under a temporary name, {@code NAME.0123456789abcdef.partial}, until it is whole. Its writer holds a lock on
 * it, which goes with the process: a file of such a name without a lock is a leftover of a killed process, on any
 * machine and in any container that shares the folder. {@link #close} without {@link #finish} leaves the target as it
 * was.
 */
final class PartialFile implements AutoCloseable {
    /** End of a temporary name, behind the name of the target. */
    static final String SUFFIX = "\\.[0-9a-f]{16}\\.partial";
    private static final int MOST_TRIES = 100;
    /** Files of this JVM: a second channel on one of them would drop its lock when closed. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path target;
    private final FileChannel channel;
    private boolean finished;

    private PartialFile(Path path, Path target, FileChannel channel) {
        this.path = path;
        this.target = target;
        this.channel = channel;
    }

    /** Creates a temporary file beside its target. */
    static PartialFile beside(Path target) throws IOException {
        Path folder = AtomicFiles.folderOf(target).toRealPath();
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            // not a temporary file of the platform, which only its owner could read
            PartialFile partial = create(folder.resolve(target.getFileName() + "." + random + ".partial"), target);
            if (partial.channel.tryLock() != null && Files.exists(partial.path)) {
                return partial;
            }
            partial.close(); // another process took it for a leftover before it was locked
        }
        throw new IOException(target + " could not be written: temporary files beside it vanish, try again");
    }

    private static PartialFile create(Path path, Path target) throws IOException {
        OWN.add(path);
        try {
            return new PartialFile(path, target,
                    FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException | RuntimeException e) {
            OWN.remove(path);
            throw e;
        }
    }

    /** Says whether this JVM is writing a file, named by its real path. */
    static boolean isOwn(Path path) {
        return OWN.contains(path);
    }

    FileChannel channel() {
        return channel;
    }

    /** Makes the content durable and gives the file its name, durably. */
    void finish() throws IOException {
        channel.force(true);
        AtomicFiles.move(path, target); // while it is locked, so that nobody takes it for a leftover
        finished = true;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (!finished) {
                Files.deleteIfExists(path);
            }
        } finally {
            OWN.remove(path);
        }
    }
}
