package dev.lethe.tracker;

import dev.lethe.tracker.io.FileBytes;
import dev.lethe.tracker.io.FolderOperations;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A history in a file, held under a {@link HistoryLock}. It is written and read through channels, not through a
 * mapping: where the disk is full or damaged, or the file was truncated, touching mapped memory would end the process,
 * while a channel throws an {@link IOException} (see {@link FileBytes}).
 */
final class FileMedium implements HistoryMedium {
    private static final long CHUNK = 1 << 30;

    private final Path path;
    private final HistoryLock lock;
    private FileChannel channel; // another once the history was enlarged, before anything is recorded

    /** The bytes of a file, from which planes are copied into memory of the history that is opened. */
    private record Source(FileBytes file) implements HistorySource {
        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(long offset, MemorySegment target) throws IOException {
            file.read(offset, target);
        }

        @Override
        public HistoryPlanes places(HistoryLayout layout, int rows, boolean seen, Arena arena) {
            return HistoryPlanes.allocate(layout, rows, seen, arena);
        }
    }

    private FileMedium(Path path, HistoryLock lock, FileChannel channel) {
        this.path = path;
        this.lock = lock;
        this.channel = channel;
    }

    /** Creates a history without epochs; it appears under its name only when it is whole. */
    static FileMedium create(Path path, TrackerSpec spec) throws IOException {
        return create(path, spec, FolderOperations.disk());
    }

    static FileMedium create(Path path, TrackerSpec spec, FolderOperations folders) throws IOException {
        HistoryLock lock = HistoryLock.acquire(path);
        try {
            if (Files.exists(path)) {
                throw new FileAlreadyExistsException(path.toString(), null,
                        "a history is never overwritten: resume it, or choose another name");
            }
            Path unfinished = unfinished(path);
            FileMedium medium = new FileMedium(path, lock, createNew(unfinished));
            try {
                HistoryWriter.format(medium, spec);
                medium.takeName(unfinished, folders);
                return medium;
            } catch (IOException | RuntimeException | Error e) {
                medium.channel.close();
                Files.deleteIfExists(unfinished);
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static Path unfinished(Path path) {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    private static FileChannel createNew(Path unfinished) throws IOException {
        return FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void takeName(Path unfinished, FolderOperations folders) throws IOException {
        try {
            folders.move(unfinished, path);
        } catch (IOException e) {
            throw unnamed(e);
        }
        try {
            syncName(folders);
        } catch (IOException e) {
            Files.deleteIfExists(path); // so that creating it can be tried again
            throw e;
        }
    }

    private void syncName(FolderOperations folders) throws IOException {
        try {
            folders.syncFolderOf(path);
        } catch (IOException e) {
            throw unnamed(e);
        }
    }

    private IOException unnamed(IOException cause) {
        return failed("its name could not be made durable", cause);
    }

    /**
     * Opens an existing file for writing, without looking at its content. Its name is made durable, because the process
     * that created it may have been stopped before that.
     */
    static FileMedium open(Path path) throws IOException {
        return open(path, FolderOperations.disk());
    }

    static FileMedium open(Path path, FolderOperations folders) throws IOException {
        HistoryLock lock = HistoryLock.acquire(path);
        try {
            FileMedium medium = new FileMedium(path, lock,
                    FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
            try {
                medium.syncName(folders);
                return medium;
            } catch (IOException | RuntimeException | Error e) {
                medium.channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Copies the history up to an end into a file with room for more rows, which takes the name of this one.
     *
     * @param end
     *            the end of the history; what is committed after it is not copied
     * @param larger
     *            the description with more epochs
     * @throws IOException
     *             if the copy could not be written or named; this file is then as it was
     */
    void enlarge(HistoryEnd end, TrackerSpec larger) throws IOException {
        enlarge(end, larger, FolderOperations.disk());
    }

    void enlarge(HistoryEnd end, TrackerSpec larger, FolderOperations folders) throws IOException {
        Path unfinished = unfinished(path);
        FileMedium copy = new FileMedium(path, lock, createNew(unfinished));
        try {
            HistoryWriter.format(copy, larger);
            try (FileBytes bytes = bytes(path, FileChannel.open(path, StandardOpenOption.READ))) {
                copyRows(bytes, end, copy, HistoryLayout.of(larger));
            }
            copy.force();
            try {
                folders.move(unfinished, path);
            } catch (IOException e) {
                throw unnamed(e);
            }
        } catch (IOException | RuntimeException | Error e) {
            copy.channel.close();
            Files.deleteIfExists(unfinished);
            throw e;
        }
        FileChannel replaced = channel;
        channel = copy.channel;
        replaced.close();
        syncName(folders);
    }

    private static void copyRows(FileBytes from, HistoryEnd end, FileMedium to, HistoryLayout larger)
            throws IOException {
        HistoryLayout layout = HistoryLayout.of(end.spec());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(HistoryLayout.COMMIT_COPIES * HistoryLayout.COMMIT_BYTES);
            MemorySegment plane = arena.allocate(layout.planeBytes());
            for (int row = 0; row < end.rows(); row++) {
                copy(from, layout.commit(row), record, to, larger.commit(row));
                copy(from, layout.correctPlane(row), plane, to, larger.correctPlane(row));
                boolean seenWritten = !CommitRecord.decode(record, 0).orElseThrow().totals().everyExampleSeen();
                if (seenWritten) {
                    copy(from, layout.seenPlane(row), plane, to, larger.seenPlane(row));
                }
            }
            MemorySegment sums = arena.allocate(layout.slotBytes());
            for (int slot = 0; end.rows() > 0 && slot < HistoryLayout.SLOTS; slot++) {
                copy(from, layout.sums(slot), sums, to, larger.sums(slot));
            }
        }
    }

    private static void copy(FileBytes from, long offset, MemorySegment bytes, FileMedium to, long at)
            throws IOException {
        from.read(offset, bytes);
        to.write(at, bytes);
    }

    /** Reads the history in a file. */
    static History read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new HistoryException(path.toString(), "not a Lethe history, it is a directory: name a file in it");
        }
        if (Files.notExists(path)) {
            throw new NoSuchFileException(path.toString(), null, "there is no history: name the file of one");
        }
        return read(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    /** Reads the history in a file through a channel, which it closes. */
    static History read(Path path, FileChannel channel) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileBytes file = bytes(path, channel)) {
            return HistoryReader.open(path.toString(), new Source(file), arena, () -> {});
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public HistoryEnd end(Arena arena) throws IOException {
        return end(path, FileChannel.open(path, StandardOpenOption.READ), arena);
    }

    /** Returns the end after a number of epochs, see {@link HistoryReader#end(String, HistorySource, Arena, int)}. */
    HistoryEnd end(Arena arena, int epochs) throws IOException {
        try (FileBytes file = bytes(path, FileChannel.open(path, StandardOpenOption.READ))) {
            return HistoryReader.end(path.toString(), new Source(file), arena, epochs);
        }
    }

    /**
     * Checks a file through a channel, which it closes, and returns the end of its history.
     *
     * @param path
     *            the file, for messages
     * @param channel
     *            the file, open for reading
     * @param arena
     *            the arena from which the sums of the result are allocated
     */
    static HistoryEnd end(Path path, FileChannel channel, Arena arena) throws IOException {
        try (FileBytes file = bytes(path, channel)) {
            return HistoryReader.end(path.toString(), new Source(file), arena);
        }
    }

    private static FileBytes bytes(Path path, FileChannel channel) {
        return new FileBytes(channel, (problem, cause) -> new HistoryException(path.toString(), problem, cause));
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public void write(long offset, MemorySegment bytes) throws IOException {
        try {
            // a ByteBuffer holds less than 2 GiB
            for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
                ByteBuffer buffer = bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
                while (buffer.hasRemaining()) {
                    channel.write(buffer, offset + at + buffer.position());
                }
            }
        } catch (IOException e) {
            throw failed("bytes=" + bytes.byteSize() + " at offset=" + offset + " could not be written", e);
        }
    }

    @Override
    public void force() throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failed("what was written could not be made durable", e);
        }
    }

    /** Adds the file and what to do to the system's message: {@code No space left on device} alone names neither. */
    private IOException failed(String what, IOException cause) {
        if (cause instanceof ClosedChannelException) {
            return cause; // the thread was interrupted: its type says more
        }
        return new IOException("history=" + path + ": " + what + ", " + cause.getMessage()
                + ": check the disk and its free space, and try again", cause);
    }

    @Override
    public History history() throws IOException {
        return read(path);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            channel.close();
        }
    }
}
