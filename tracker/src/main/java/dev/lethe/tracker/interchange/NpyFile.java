package dev.lethe.tracker.interchange;

import dev.lethe.tracker.io.FileBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file with one array, as {@code np.save} writes and {@code np.load} reads it. Opening reads type and shape, so that
 * an array of another kind can be refused before its elements take memory. Safe from any number of threads.
 */
public final class NpyFile implements AutoCloseable {
    private final FileBytes bytes;
    private final NpyHeader header;
    private final long start;

    private NpyFile(FileBytes bytes, NpyHeader header, long start) {
        this.bytes = bytes;
        this.header = header;
        this.start = start;
    }

    /**
     * Opens a {@code .npy} file of version 1.0, 2.0 or 3.0.
     *
     * @param path
     *            the file
     * @throws InterchangeException
     *             if the file is not one array of one to four dimensions in C order with one of the types of {@link
     *             ElementType}, or cannot be read
     * @throws IOException
     *             if it cannot be opened
     */
    public static NpyFile open(Path path) throws IOException {
        return open(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    /** Opens a file through a channel, which is closed with it, or if it is refused. */
    static NpyFile open(Path path, FileChannel channel) throws IOException {
        FileBytes bytes = new FileBytes(channel, InterchangeException.of(path.toString()));
        try {
            byte[] first = new byte[(int) Math.min(NpyHeader.MOST_BYTES, bytes.size())];
            bytes.read(0, MemorySegment.ofArray(first));
            ByteArrayInputStream input = new ByteArrayInputStream(first);
            NpyHeader header = NpyHeader.read(path.toString(), input);
            long start = first.length - input.available();
            requireLength(path, bytes.size() - start, header);
            return new NpyFile(bytes, header, start);
        } catch (IOException | RuntimeException | Error e) {
            bytes.close();
            throw e;
        }
    }

    private static void requireLength(Path path, long bytes, NpyHeader header) throws InterchangeException {
        if (bytes != header.dataBytes()) {
            throw new InterchangeException(path.toString(),
                    (bytes < header.dataBytes() ? "truncated" : "altered, or several arrays one after the other")
                            + ", bytes=" + bytes + " after its header where shape=" + header.shape() + " needs "
                            + header.dataBytes());
        }
    }

    /** Returns the type of the elements. */
    public ElementType type() {
        return header.type();
    }

    /** Returns the shape of the array. */
    public ArrayShape shape() {
        return header.shape();
    }

    /** Returns the number of bytes of the elements. */
    public long dataBytes() {
        return header.dataBytes();
    }

    /**
     * Copies the elements, in C order and the byte order of the file.
     *
     * @param target
     *            the memory to fill, of {@link #dataBytes} bytes
     * @throws InterchangeException
     *             if the file was truncated meanwhile, or cannot be read
     */
    public void readInto(MemorySegment target) throws IOException {
        if (target.byteSize() != dataBytes()) {
            throw new IllegalArgumentException(
                    "target=" + target.byteSize() + " bytes where shape=" + shape() + " has " + dataBytes());
        }
        bytes.read(start, target);
    }

    /**
     * Reads the array.
     *
     * @param arena
     *            the arena from which its memory is allocated; closing it gives the array back
     * @throws InterchangeException
     *             if the file was truncated meanwhile, or cannot be read
     */
    public NumpyArray read(Arena arena) throws IOException {
        MemorySegment data = arena.allocate(dataBytes(), Long.BYTES);
        readInto(data);
        return NumpyArray.of(header.type(), header.order(), header.shape(), data);
    }

    /** Gives back the file; arrays that were read remain. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        bytes.close();
    }

    @Override
    public String toString() {
        return "array of descr='" + header.type().descr(header.order()) + "' shape=" + header.shape();
    }

    /**
     * Opens a {@code .npy} file of version 1.0, 2.0 or 3.0, reads its array and closes it.
     *
     * @param path
     *            the file
     * @param arena
     *            the arena from which the array's memory is allocated; closing it gives the array back
     * @throws InterchangeException
     *             if the file is not one array of one to four dimensions in C order with one of the types of {@link
     *             ElementType}, or cannot be read
     * @throws IOException
     *             if it cannot be opened
     */
    public static NumpyArray read(Path path, Arena arena) throws IOException {
        try (NpyFile file = open(path)) {
            return file.read(arena);
        }
    }

    /**
     * Writes an array as a {@code .npy} file of version 1.0. The file replaces one that was there before, and has its
     * name only when it is whole.
     *
     * @param path
     *            the file
     * @param array
     *            the array
     * @throws IOException
     *             if it cannot be written. A file that was there before is then unchanged; or, if only the new name
     *             could not be made durable, the new file is there whole, and a power cut may bring the old one back
     */
    public static void write(Path path, ArraySource array) throws IOException {
        try (UnfinishedFile file = new UnfinishedFile(path)) {
            write(file.output(), array);
            file.finish();
        }
    }

    /** Writes header and elements. */
    static void write(OutputStream output, ArraySource array) throws IOException {
        NpyHeader header = NpyHeader.of(array);
        output.write(header.encode());
        CountingOutput counting = new CountingOutput(output);
        array.writeTo(counting);
        if (counting.bytes != header.dataBytes()) {
            throw new IllegalStateException("array=" + array + " wrote bytes=" + counting.bytes + " where shape="
                    + array.shape() + " has " + header.dataBytes());
        }
    }

    /** A stream that counts the bytes it passes on; closing it does nothing. */
    private static final class CountingOutput extends OutputStream {
        private final OutputStream output;
        private long bytes;

        CountingOutput(OutputStream output) {
            this.output = output;
        }

        @Override
        public void write(int b) throws IOException {
            output.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] chunk, int offset, int length) throws IOException {
            output.write(chunk, offset, length);
            bytes += length;
        }
    }
}
