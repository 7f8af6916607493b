package dev.lethe.data.picture;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Content of a file, read as unsigned numbers at offsets. An offset beyond the end is an
 * {@link IndexOutOfBoundsException}.
 *
 * @param content bytes of the file
 */
record Bytes(byte[] content) {
    int length() {
        return content.length;
    }

    int at(int offset) {
        return Byte.toUnsignedInt(content[offset]);
    }

    int big16(int offset) {
        return at(offset) << 8 | at(offset + 1);
    }

    int big32(int offset) {
        return big16(offset) << 16 | big16(offset + 2);
    }

    int little16(int offset) {
        return at(offset) | at(offset + 1) << 8;
    }

    int little24(int offset) {
        return little16(offset) | at(offset + 2) << 16;
    }

    int little32(int offset) {
        return little16(offset) | little16(offset + 2) << 16;
    }

    /** Returns bytes as text, one character each. */
    String text(int offset, int bytes) {
        return new String(content, offset, bytes, StandardCharsets.ISO_8859_1);
    }

    /** Tells whether a text is at an offset; false where it would go beyond the end. */
    boolean has(int offset, String text) {
        return offset + text.length() <= content.length && text(offset, text.length()).equals(text);
    }

    byte[] range(int from, int to) {
        return Arrays.copyOfRange(content, from, to);
    }
}
