package dev.lethe.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Size of images.
 *
 * @param width number of columns
 * @param height number of rows
 */
public record ImageSize(int width, int height) {
    static final long MOST_PIXELS = 100_000_000;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(?:[xX](\\d{1,9}))?");

    /** Refuses impossible values by a sentence that names them. */
    public ImageSize {
        if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS) {
            throw new IllegalArgumentException("image size=" + width + "x" + height
                    + ": width and height are at least 1, and pixels at most " + MOST_PIXELS);
        }
    }

    /**
     * Reads {@code SIDE} for a square, or {@code WIDTHxHEIGHT}.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static ImageSize parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "image size '" + text + "': write SIDE, for example 32, or WIDTHxHEIGHT, for example 48x32");
        }
        int width = Integer.parseInt(matcher.group(1));
        return new ImageSize(width, matcher.group(2) == null ? width : Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return width + " x " + height;
    }
}
