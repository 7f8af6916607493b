package dev.lethe.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Text of paths in UTF-8, whatever the locale. {@link Path#toString} replaces what the locale's character set does not
 * have, in the locale {@code C} every letter beyond ASCII, so that two files may seem to have one name. Here bytes that
 * are not UTF-8 appear as {@code \xE9}.
 */
public final class PathText {
    private static final int HEXADECIMAL = 16;

    private PathText() {}

    /** Returns the last name of a path; empty for a root. */
    public static String name(Path path) {
        String text = absolute(path);
        String unslashed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return unslashed.substring(unslashed.lastIndexOf('/') + 1);
    }

    /**
     * Returns a path below a folder as text with slashes.
     *
     * @throws IllegalArgumentException when the path does not begin with the folder's
     */
    public static String below(Path folder, Path path) {
        String parent = absolute(folder);
        String text = absolute(path);
        String start = parent.endsWith("/") ? parent : parent + "/";
        if (!text.startsWith(start)) {
            throw new IllegalArgumentException("path=" + path + " is not below folder=" + folder);
        }
        return text.substring(start.length());
    }

    /** Returns a path below a folder as text with slashes, or the whole path if it is elsewhere. */
    public static String relative(Path folder, Path path) {
        return path.toAbsolutePath().startsWith(folder.toAbsolutePath()) ? below(folder, path) : absolute(path);
    }

    /** Returns the bytes of an absolute path, which its URI has even where the locale cannot show them, as text. */
    private static String absolute(Path path) {
        String encoded = path.toUri().getRawPath();
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes[length++] = (byte) Integer.parseInt(encoded, i + 1, i + 3, HEXADECIMAL);
                i += 2;
            } else {
                bytes[length++] = (byte) encoded.charAt(i);
            }
        }
        return decode(ByteBuffer.wrap(bytes, 0, length));
    }

    private static String decode(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
        StringBuilder text = new StringBuilder(bytes.remaining());
        CharBuffer decoded = CharBuffer.allocate(bytes.remaining());
        for (CoderResult result = decoder.decode(bytes, decoded, true); result.isError(); result = decoder.decode(bytes,
                decoded, true)) {
            text.append(decoded.flip());
            for (int i = 0; i < result.length(); i++) {
                text.append(String.format("\\x%02X", bytes.get()));
            }
            decoded.clear();
            decoder.reset();
        }
        return text.append(decoded.flip()).toString();
    }
}
