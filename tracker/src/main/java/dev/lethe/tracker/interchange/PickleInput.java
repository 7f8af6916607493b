package dev.lethe.tracker.interchange;

import dev.lethe.tracker.interchange.PickleValue.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a pickle, read forward. A value that claims to be longer than the rest of the file is refused before
 * memory is taken for it.
 */
final class PickleInput {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble BIG_ENDIAN_DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED
            .withOrder(ByteOrder.BIG_ENDIAN);
    private static final int HEXADECIMAL_DIGITS = 2;
    private static final int UNICODE_DIGITS = 4;
    private static final int LONG_UNICODE_DIGITS = 8;

    private final String name;
    private final MemorySegment bytes;
    private long at;

    /**
     * Makes an input at the start of a pickle.
     *
     * @param name
     *            the name of the file, for messages
     * @param bytes
     *            the pickle
     */
    PickleInput(String name, MemorySegment bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    long remaining() {
        return bytes.byteSize() - at;
    }

    /** Returns the next {@code count} bytes, not copied. */
    MemorySegment take(long count) throws InterchangeException {
        if (count < 0 || count > remaining()) {
            throw problem("truncated, the next value has bytes=" + Long.toUnsignedString(count) + " of "
                    + remaining());
        }
        at += count;
        return bytes.asSlice(at - count, count);
    }

    PickleOpcode opcode() throws InterchangeException {
        int code = unsignedByte();
        return PickleOpcode.of(code).orElseThrow(() -> problem("opcode=0x" + Integer.toHexString(code)
                + " is no instruction of a pickle: not one, or altered"));
    }

    int unsignedByte() throws InterchangeException {
        return Byte.toUnsignedInt(take(1).get(ValueLayout.JAVA_BYTE, 0));
    }

    /** Reads an unsigned little-endian number of up to 8 bytes; one of 2<sup>63</sup> or more comes out negative. */
    long unsigned(int count) throws InterchangeException {
        MemorySegment number = take(count);
        long value = 0;
        for (int index = count - 1; index >= 0; index--) {
            value = value << Byte.SIZE | Byte.toUnsignedLong(number.get(ValueLayout.JAVA_BYTE, index));
        }
        return value;
    }

    int signedInt() throws InterchangeException {
        return take(Integer.BYTES).get(INT, 0);
    }

    double bigEndianDouble() throws InterchangeException {
        return take(Double.BYTES).get(BIG_ENDIAN_DOUBLE, 0);
    }

    /** Reads the characters up to a line feed, one byte each, and the line feed. */
    String line() throws InterchangeException {
        long end = at;
        while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != '\n') {
            end++;
        }
        if (end == bytes.byteSize()) {
            throw problem("truncated inside a line");
        }
        String line = StandardCharsets.ISO_8859_1.decode(takeText(end - at).asByteBuffer()).toString();
        at = end + 1;
        return line;
    }

    /** Reads a text of a known number of bytes. */
    String utf8(long count) throws InterchangeException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(takeText(count).asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new InterchangeException(place(), "altered, a text is not UTF-8", e);
        }
    }

    /** Reads a line of protocol 0's text, in which most characters beyond Latin-1, and a few others, are escaped. */
    String escapedLine() throws InterchangeException {
        String line = line();
        if (line.indexOf('\\') < 0) {
            return line;
        }
        StringBuilder text = new StringBuilder(line.length());
        int from = 0;
        while (from < line.length()) {
            int digits = digitsOfEscape(line, from);
            if (digits == 0) {
                text.append(line.charAt(from++));
            } else {
                text.appendCodePoint(codePoint(line, from + 2, digits));
                from += 2 + digits;
            }
        }
        return text.toString();
    }

    /** Reads a line with a text of Python 2, between quotes and with escapes, as {@code repr} writes it. */
    Bytes quotedLine() throws InterchangeException {
        String line = line();
        boolean quoted = line.length() >= 2 && (line.charAt(0) == '\'' || line.charAt(0) == '"')
                && line.charAt(line.length() - 1) == line.charAt(0);
        if (!quoted) {
            throw problem("altered, a text is not between quotes");
        }
        byte[] text = new byte[line.length()];
        int count = 0;
        int from = 1;
        while (from < line.length() - 1) {
            char next = line.charAt(from++);
            if (next == '\\') {
                char escape = line.charAt(from++);
                next = switch (escape) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'x' -> (char) codePoint(line, from, HEXADECIMAL_DIGITS);
                    case '\\', '\'', '"' -> escape;
                    default -> throw problem("altered, a text has a broken escape");
                };
                from += escape == 'x' ? HEXADECIMAL_DIGITS : 0;
            }
            text[count++] = (byte) next;
        }
        return new Bytes(MemorySegment.ofArray(text).asSlice(0, count));
    }

    private static int digitsOfEscape(String line, int from) {
        if (line.startsWith("\\u", from)) {
            return UNICODE_DIGITS;
        }
        return line.startsWith("\\U", from) ? LONG_UNICODE_DIGITS : 0;
    }

    private int codePoint(String line, int from, int digits) throws InterchangeException {
        try {
            int codePoint = Integer.parseUnsignedInt(line, from, from + digits, 16);
            if (Character.isValidCodePoint(codePoint)) {
                return codePoint;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new InterchangeException(place(), "altered, a text has a broken escape", e);
        }
        throw problem("altered, a text has an escape of no character");
    }

    private MemorySegment takeText(long count) throws InterchangeException {
        if (count > Integer.MAX_VALUE - 8) {
            throw problem(
                    "a text of bytes=" + count + ": the arrays of large data sets need pickle protocol 3 or newer");
        }
        return take(count);
    }

    /** Makes an exception that names the current place and its problem. */
    InterchangeException problem(String problem) {
        return new InterchangeException(place(), problem);
    }

    /** Returns the file and the current place in it. */
    String place() {
        return name + " byte=" + at;
    }
}
