package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The header before the elements of a {@code .npy} file:
 *
 * <pre>
 * 0               6       8       10 (version 1.0)  or 12 (2.0, 3.0)          n * 64
 * +---------------+-------+-------+-----------------------------------+---+---+
 * | 93 N U M P Y  | major | bytes | {'descr': '&lt;f4', ... }            |   | \n|
 * |               | minor | after | a Python dictionary, Latin-1, UTF-8  pad   |
 * +---------------+-------+-------+-----------------------------------+---+---+
 * </pre>
 *
 * The length is little endian, two bytes in version 1.0 and four in 2.0 and 3.0.
 *
 * @param type
 *            the type of the elements; that of the characters where the elements are texts, uint8 or uint32
 * @param characters
 *            the number of characters of each text; 0 where the elements are numbers
 * @param order
 *            the byte order of the elements
 * @param shape
 *            the shape of the array
 * @param fortran
 *            whether the first dimension varies fastest, instead of the last one
 */
record NpyHeader(ElementType type, int characters, ByteOrder order, ArrayShape shape, boolean fortran) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_BYTES = 2;
    private static final int ALIGNMENT = 64;
    /**
     * The most bytes of the dictionary of a simple type; NumPy itself reads no more than 10,000 bytes unless told to.
     */
    private static final long MOST_TEXT_BYTES = 1 << 16;
    /** The most bytes of a header that is read. */
    static final long MOST_BYTES = MAGIC.length + VERSION_BYTES + Integer.BYTES + MOST_TEXT_BYTES;

    /** Makes the header of numbers in C order. */
    NpyHeader(ElementType type, ByteOrder order, ArrayShape shape) {
        this(type, 0, order, shape, false);
    }

    static NpyHeader of(ArraySource array) {
        return new NpyHeader(array.type(), array.order(), array.shape());
    }

    /** Returns the number of bytes of the elements. */
    long dataBytes() {
        return shape.elements() * elementBytes();
    }

    /** Returns the number of bytes of an element. */
    int elementBytes() {
        return type.bytes() * Math.max(1, characters);
    }

    /** Returns NumPy's name of the type with the byte order: {@code <f4}, {@code |S3}. */
    String descr() {
        if (characters == 0) {
            return type.descr(order);
        }
        return (type == ElementType.UINT8 ? "|S" : (order == ByteOrder.BIG_ENDIAN ? ">" : "<") + "U") + characters;
    }

    /** Returns the header in version 1.0, padded so that the elements are aligned. */
    byte[] encode() {
        String text = "{'descr': '" + descr() + "', 'fortran_order': False, 'shape': " + shape + ", }";
        int before = MAGIC.length + VERSION_BYTES + Short.BYTES;
        int bytes = (before + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(header.array(), (byte) ' ');
        header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (bytes - before));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        header.put(bytes - 1, (byte) '\n');
        return header.array();
    }

    /**
     * Reads a header, and no byte after it.
     *
     * @param name
     *            the name of the file, for messages
     * @param input
     *            the file, at its start
     * @throws InterchangeException
     *             if it is not the header of an array that can be read here
     */
    static NpyHeader read(String name, InputStream input) throws IOException {
        byte[] start = input.readNBytes(MAGIC.length);
        if (!Arrays.equals(start, MAGIC)) {
            throw new InterchangeException(name,
                    "not a NumPy array, its first bytes are " + HexFormat.of().formatHex(start));
        }
        byte[] version = readFully(name, input, VERSION_BYTES);
        if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
            throw new InterchangeException(name, "npy version=" + Byte.toUnsignedInt(version[0]) + "."
                    + Byte.toUnsignedInt(version[1]) + ", this library reads 1.0, 2.0 and 3.0");
        }
        int lengthBytes = version[0] == 1 ? Short.BYTES : Integer.BYTES;
        byte[] length = Arrays.copyOf(readFully(name, input, lengthBytes), Long.BYTES);
        long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (bytes > MOST_TEXT_BYTES) {
            throw new InterchangeException(name, "header=" + bytes + " bytes, a simple array has no more than "
                    + MOST_TEXT_BYTES);
        }
        Charset charset = version[0] == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        return new NpyHeaderText(name, new String(readFully(name, input, (int) bytes), charset)).parse();
    }

    private static byte[] readFully(String name, InputStream input, int bytes) throws IOException {
        byte[] read = input.readNBytes(bytes);
        if (read.length < bytes) {
            throw new InterchangeException(name, "truncated inside its header: restore it from a copy");
        }
        return read;
    }
}
