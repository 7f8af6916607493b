package dev.lethe.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Writer of files that are there whole or not at all, also after a kill or a power cut. Content goes to a temporary
 * file beside the target, is forced to disk, and takes the target's name by a rename, which is forced to disk too. Any
 * number of threads and processes may write the same file at once: the last to finish wins. Temporary files that killed
 * processes left in the folder are removed.
 */
public final class AtomicFiles {
    private static final int BUFFER = 1 << 16;

    private AtomicFiles() {}

    /** Produces the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all bytes to a channel that is at its beginning, and leaves it open. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Produces the content of a file through a stream. */
    @FunctionalInterface
    public interface StreamContent {
        /** Writes all bytes to a stream, and leaves it open. */
        void writeTo(OutputStream output) throws IOException;
    }

    /** Writes a text as UTF-8; see {@link #write(Path, Content)}. */
    public static void write(Path file, CharSequence content) throws IOException {
        write(file, content.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes; see {@link #write(Path, Content)}. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, channel -> write(channel, content));
    }

    private static void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Writes through a buffered stream; see {@link #write(Path, Content)}. */
    public static void stream(Path file, StreamContent content) throws IOException {
        write(file, channel -> {
            OutputStream output = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            content.writeTo(output);
            output.flush();
        });
    }

    /**
     * Writes a file, in place of one that was there before.
     *
     * @throws IOException when it cannot be written; a file that was there before is left as it was
     */
    public static void write(Path file, Content content) throws IOException {
        Leftovers.remove(folderOf(file));
        try (PartialFile partial = PartialFile.beside(file)) {
            content.writeTo(partial.channel());
            partial.finish();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Appends a text to a file that exists, durably. A process that is killed meanwhile may leave a part of it.
     *
     * @throws IOException when it cannot be written; a part of it may be there
     */
    public static void append(Path file, CharSequence content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            write(channel, content.toString().getBytes(StandardCharsets.UTF_8));
            channel.force(true);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Adds file and remedy to a message of the system such as {@code No space left on device}. */
    private static IOException failed(Path file, IOException cause) {
        if (cause instanceof FileSystemException || cause instanceof ClosedChannelException) {
            return cause; // which names the file, or says that the thread was interrupted
        }
        return new IOException(file + " could not be written, " + cause.getMessage()
                + ": check the disk and its free space, and try again", cause);
    }

    /** Renames a file or folder over what has the name, and makes the rename durable. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(folderOf(to));
    }

    /** Forces to disk which files a folder holds and what they are called. */
    public static void sync(Path folder) throws IOException {
        // elsewhere a folder cannot be opened, and the file system orders renames itself
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    }
}
