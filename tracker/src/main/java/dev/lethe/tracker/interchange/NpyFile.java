package dev.lethe.tracker.interchange;

import dev.lethe.tracker.io.FileBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file with one array, as {@code np.save} writes and {@code np.load} reads it, or one array of an archive, see {@link
 * NpzReader#open(String)}. Opening reads type and shape, so that an array of another kind can be refused before its
 * elements take memory. Safe from any number of threads.
 */
public final class NpyFile implements AutoCloseable {
    private final String name;
    private final NpyHeader header;
    private final ElementBytes bytes;

    /**
     * Takes ownership of the bytes of an array.
     *
     * @param name
     *            the name of the file, for messages
     * @param header
     *            its header
     * @param bytes
     *            its elements
     */
    NpyFile(String name, NpyHeader header, ElementBytes bytes) {
        this.name = name;
        this.header = header;
        this.bytes = bytes;
    }

    /** A receiver of an array's elements. */
    @FunctionalInterface
    public interface Elements {
        /**
         * Takes an element.
         *
         * @param index
         *            its place in C order
         * @param value
         *            its value, as by {@link NumpyArray#doubleAt}
         */
        void take(long index, double value);
    }

    /**
     * The elements in a file.
     *
     * @param file
     *            the file
     * @param start
     *            the offset of the first element
     * @param count
     *            the number of all bytes
     */
    private record InFile(FileBytes file, long start, long count) implements ElementBytes {
        @Override
        public void readInto(MemorySegment target) throws IOException {
            file.read(start, target);
        }

        @Override
        public void forEachPiece(int elementBytes, Pieces pieces) throws IOException {
            int most = ElementBytes.pieceBytes(elementBytes);
            MemorySegment piece = MemorySegment.ofArray(new byte[(int) Math.min(most, count)]);
            for (long at = 0; at < count; at += most) {
                MemorySegment next = piece.asSlice(0, Math.min(most, count - at));
                file.read(start + at, next);
                pieces.take(at, next);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /**
     * Opens a {@code .npy} file of version 1.0, 2.0 or 3.0.
     *
     * @param path
     *            the file
     * @throws InterchangeException
     *             if the file is not one array of one to four dimensions of texts or with one of the types of {@link
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
            return new NpyFile(path.toString(), header, new InFile(bytes, start, header.dataBytes()));
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

    /** Returns the name of the file, and of the array in an archive, as messages give it. */
    public String name() {
        return name;
    }

    /** Tells whether the elements are texts, {@code str} or {@code bytes}, which {@link #texts} reads. */
    public boolean hasTexts() {
        return header.characters() > 0;
    }

    /** Returns the type of the elements; that of the characters where they are texts, uint32 or uint8. */
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

    private void requireNumbers() throws InterchangeException {
        if (hasTexts()) {
            throw new InterchangeException(name, "descr='" + header.descr() + "' is a type of texts where numbers are "
                    + "needed: convert the array with astype");
        }
    }

    /**
     * Copies the elements, in C order and the byte order of the file.
     *
     * @param target
     *            the memory to fill, of {@link #dataBytes} bytes
     * @throws InterchangeException
     *             if they are texts, or the file was altered or truncated, or cannot be read
     */
    public void readInto(MemorySegment target) throws IOException {
        if (target.byteSize() != dataBytes()) {
            throw new IllegalArgumentException(
                    "target=" + target.byteSize() + " bytes where shape=" + shape() + " has " + dataBytes());
        }
        requireNumbers();
        if (!header.fortran()) {
            bytes.readInto(target);
            return;
        }
        ElementOrder order = new ElementOrder(shape(), true);
        int size = header.elementBytes();
        bytes.forEachPiece(size, (_, piece) -> {
            for (long at = 0; at < piece.byteSize(); at += size) {
                if (size == 1) {
                    target.set(ValueLayout.JAVA_BYTE, order.next(), piece.get(ValueLayout.JAVA_BYTE, at));
                } else {
                    MemorySegment.copy(piece, at, target, order.next() * size, size);
                }
            }
        });
    }

    /**
     * Reads the array.
     *
     * @param arena
     *            the arena from which its memory is allocated; closing it gives the array back
     * @throws InterchangeException
     *             if its elements are texts, or the file was altered or truncated, or cannot be read
     */
    public NumpyArray read(Arena arena) throws IOException {
        requireNumbers();
        MemorySegment data = arena.allocate(dataBytes(), Long.BYTES);
        readInto(data);
        return NumpyArray.of(header.type(), header.order(), header.shape(), data);
    }

    /**
     * Passes on all elements in the order of the file, so that an array can be converted that is larger than memory.
     *
     * @param elements
     *            takes each element once
     * @throws InterchangeException
     *             if they are texts, or the file was altered or truncated, or cannot be read
     */
    public void forEach(Elements elements) throws IOException {
        requireNumbers();
        ElementOrder order = new ElementOrder(shape(), header.fortran());
        boolean bigEndian = header.order() == ByteOrder.BIG_ENDIAN;
        int size = header.elementBytes();
        bytes.forEachPiece(size, (_, piece) -> {
            long count = piece.byteSize() / size;
            for (long index = 0; index < count; index++) {
                elements.take(order.next(), header.type().doubleAt(piece, bigEndian, index));
            }
        });
    }

    /**
     * Reads texts, in C order. Equal texts are one object.
     *
     * @throws InterchangeException
     *             if the elements are no texts or more than a list holds, a text is altered, or the file was altered or
     *             truncated, or cannot be read
     */
    public List<String> texts() throws IOException {
        if (!hasTexts()) {
            throw new InterchangeException(name, "descr='" + header.descr() + "' is no type of texts, str or bytes");
        }
        if (shape().elements() > Integer.MAX_VALUE - 8) {
            throw new InterchangeException(name, "shape=" + shape() + " has more texts than a list holds");
        }
        String[] texts = new String[(int) shape().elements()];
        ElementOrder order = new ElementOrder(shape(), header.fortran());
        int size = header.elementBytes();
        TextElements reader = new TextElements(name, header);
        bytes.forEachPiece(size, (_, piece) -> {
            for (long at = 0; at < piece.byteSize(); at += size) {
                texts[(int) order.next()] = reader.text(piece.asSlice(at, size));
            }
        });
        return List.of(texts);
    }

    /** Gives back the file; arrays that were read remain. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        bytes.close();
    }

    @Override
    public String toString() {
        return "array of descr='" + header.descr() + "' shape=" + header.shape();
    }

    /**
     * Opens a {@code .npy} file of version 1.0, 2.0 or 3.0, reads its array and closes it.
     *
     * @param path
     *            the file
     * @param arena
     *            the arena from which the array's memory is allocated; closing it gives the array back
     * @throws InterchangeException
     *             if the file is not one array of one to four dimensions with one of the types of {@link ElementType},
     *             or cannot be read
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
