package dev.lethe.tracker.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open for reading, from which bytes are copied into memory of the caller. A mapped file would save the
 * copy, but if another program truncates it, or a sector of the disk is bad, touching its memory ends the JVM with
 * SIGBUS, or throws an {@link InternalError} that does not name the file. Here both are an exception of the reader that
 * opened the file. Reading is safe from any number of threads.
 */
public final class FileBytes implements AutoCloseable {
    /** The bytes of one read: enough to make the call cheap, few enough to stay in the cache. */
    private static final long PIECE = 1 << 20;

    private final FileChannel channel;
    private final Failure failure;

    /** A maker of the exception by which a reader refuses its file. */
    @FunctionalInterface
    public interface Failure {

        /**
         * Makes the exception.
         *
         * @param problem
         *            the fault of the file and its remedy, without the file's name
         * @param cause
         *            the system's exception, or null where the file ended too early
         */
        @SuppressWarnings("exports") // JSpecify is asked of no user
        IOException of(String problem, @Nullable IOException cause);
    }

    /**
     * Takes ownership of a channel.
     *
     * @param channel
     *            the channel, open for reading
     * @param failure
     *            makes the exceptions of {@link #size} and {@link #read}
     */
    public FileBytes(FileChannel channel, Failure failure) {
        this.channel = channel;
        this.failure = failure;
    }

    /**
     * Opens a file.
     *
     * @param file
     *            the file
     * @param failure
     *            makes the exceptions of {@link #size} and {@link #read}
     * @throws IOException
     *             if it cannot be opened
     */
    public static FileBytes open(Path file, Failure failure) throws IOException {
        return new FileBytes(FileChannel.open(file, StandardOpenOption.READ), failure);
    }

    /**
     * Returns the length of the file, which may change.
     *
     * @throws IOException
     *             if the system does not tell it
     */
    public long size() throws IOException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failed("its length could not be read", e);
        }
    }

    /**
     * Fills {@code target} with the bytes from {@code offset} on.
     *
     * @param offset
     *            the offset of the first byte
     * @param target
     *            the memory to fill
     * @throws IOException
     *             if the file ends before the last of these bytes, or cannot be read
     */
    public void read(long offset, MemorySegment target) throws IOException {
        long end = offset + target.byteSize();
        for (long at = 0; at < target.byteSize(); at += PIECE) {
            ByteBuffer piece = target.asSlice(at, Math.min(PIECE, target.byteSize() - at)).asByteBuffer();
            while (piece.hasRemaining()) {
                if (read(offset + at + piece.position(), piece) < 0) {
                    throw failure.of("truncated while it was read, bytes=" + size() + " where at least " + end
                            + " are needed: restore it from a copy", null);
                }
            }
        }
    }

    private int read(long offset, ByteBuffer piece) throws IOException {
        try {
            return channel.read(piece, offset);
        } catch (IOException e) {
            throw failed("bytes=" + piece.remaining() + " at offset=" + offset + " could not be read", e);
        }
    }

    private IOException failed(String what, IOException cause) {
        return failed(what, cause, failure);
    }

    /**
     * Makes the exception of a file that was read in another way, as a stream. The system's message alone, {@code
     * Input/output error}, names neither the file nor what to do. An exception that says more is returned unchanged:
     * that of opening a file names it, and that of a closed channel means that the thread was interrupted.
     *
     * @param cause
     *            the system's exception
     * @param failure
     *            makes the exception
     */
    public static IOException unreadable(IOException cause, Failure failure) {
        return failed("it could not be read", cause, failure);
    }

    private static IOException failed(String what, IOException cause, Failure failure) {
        return switch (cause) {
            case ClosedChannelException _,FileSystemException _,FileNotFoundException _ -> cause;
            default -> failure.of(
                    what + ", " + cause.getMessage() + ": check the disk, or restore the file from a copy", cause);
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
