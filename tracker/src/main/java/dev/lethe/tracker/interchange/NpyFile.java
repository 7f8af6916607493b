package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One array in a file, {@code np.save} and {@code np.load}. Stateless; safe from any number of threads. */
public final class NpyFile {

    private NpyFile() {}

    /**
     * Maps the array in a {@code .npy} file of version 1.0, 2.0 or 3.0; nothing is copied, so the file must not be
     * written to while the array is in use.
     *
     * @param arena
     *            closing it gives the array back
     * @throws InterchangeException
     *             if the file is not one array of one to four dimensions in C order with one of the types of
     *             {@link ElementType}
     * @throws IOException
     *             if it cannot be read
     */
    public static NumpyArray read(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            NpyHeader header = NpyHeader.read(path.toString(), Channels.newInputStream(channel));
            long start = channel.position();
            long bytes = channel.size() - start;
            if (bytes != header.dataBytes()) {
                throw new InterchangeException(path.toString(),
                        (bytes < header.dataBytes() ? "truncated" : "altered, or several arrays one after the other")
                                + ", bytes=" + bytes + " after its header where shape=" + header.shape() + " needs "
                                + header.dataBytes());
            }
            MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, start, bytes, arena);
            return NumpyArray.of(header.type(), header.order(), header.shape(), data);
        }
    }

    /**
     * Writes an array as a {@code .npy} file of version 1.0, in place of a file that was there before. The file has its
     * name only when it is whole.
     *
     * @throws IOException
     *             if it cannot be written; a file that was there before is left as it was
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

    /** Counts what it passes on; closing it does nothing. */
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
