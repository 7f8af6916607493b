package dev.lethe.tracker.interchange;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A reader of texts of a fixed number of characters, which NumPy fills up with zeros: {@code str} in UTF-32, {@code
 * bytes} as UTF-8. It remembers the texts that it read, so that the labels of many examples take little memory.
 */
final class TextElements {
    private final String name;
    private final boolean wide;
    private final boolean bigEndian;
    private final Map<String, String> known = new HashMap<>();

    TextElements(String name, NpyHeader header) {
        this.name = name;
        this.wide = header.type() == ElementType.UINT32;
        this.bigEndian = header.order() == ByteOrder.BIG_ENDIAN;
    }

    /** Returns the text of an element. */
    String text(MemorySegment element) throws InterchangeException {
        String text = wide ? codePoints(element) : utf8(element);
        String before = known.putIfAbsent(text, text);
        return before == null ? text : before;
    }

    private String codePoints(MemorySegment element) throws InterchangeException {
        StringBuilder text = new StringBuilder();
        int end = (int) (element.byteSize() / Integer.BYTES);
        while (end > 0 && ElementType.UINT32.longAt(element, bigEndian, end - 1) == 0) {
            end--;
        }
        for (int at = 0; at < end; at++) {
            long codePoint = ElementType.UINT32.longAt(element, bigEndian, at);
            if (codePoint > Character.MAX_CODE_POINT
                    || codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new InterchangeException(name,
                        "altered, a text has the character 0x" + Long.toHexString(codePoint)
                                + ", which is none");
            }
            text.appendCodePoint((int) codePoint);
        }
        return text.toString();
    }

    private String utf8(MemorySegment element) throws InterchangeException {
        long end = element.byteSize();
        while (end > 0 && element.get(ValueLayout.JAVA_BYTE, end - 1) == 0) {
            end--;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(element.asSlice(0, end).asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new InterchangeException(name,
                    "a text of its bytes is not UTF-8: convert the array with np.char.decode(a, 'latin-1')", e);
        }
    }
}
