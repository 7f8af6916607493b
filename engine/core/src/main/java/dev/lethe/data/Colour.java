package dev.lethe.data;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Colour of a pixel.
 *
 * @param red amount of red, from 0 to 255
 * @param green amount of green
 * @param blue amount of blue
 */
public record Colour(int red, int green, int blue) {
    /** White. */
    public static final Colour WHITE = new Colour(255, 255, 255);
    /** Black. */
    public static final Colour BLACK = new Colour(0, 0, 0);

    private static final int MOST = 255;
    private static final int HEXADECIMAL = 16;
    private static final Pattern TEXT = Pattern.compile("#?[0-9a-fA-F]{6}");

    /** Refuses impossible values by a sentence that names them. */
    public Colour {
        if (Math.min(red, Math.min(green, blue)) < 0 || Math.max(red, Math.max(green, blue)) > MOST) {
            throw new IllegalArgumentException("colour red=" + red + ", green=" + green + ", blue=" + blue
                    + ": each lies between 0 and " + MOST);
        }
    }

    /**
     * Reads {@code white}, {@code black} or six hexadecimal digits as in HTML.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    public static Colour parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.equals("white")) {
            return WHITE;
        } else if (name.equals("black")) {
            return BLACK;
        } else if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("colour '" + text
                    + "': write white, black, or two hexadecimal digits each of red, green and blue, for "
                    + "example 8000ff");
        }
        return of(Integer.parseInt(text.substring(text.length() - 6), HEXADECIMAL));
    }

    private static Colour of(int rgb) {
        return new Colour(rgb >> 16, rgb >> 8 & MOST, rgb & MOST);
    }

    int rgb() {
        return red << 16 | green << 8 | blue;
    }

    /** Returns text that {@link #parse} reads. */
    @Override
    public String toString() {
        return equals(WHITE) ? "white" : equals(BLACK) ? "black" : String.format(Locale.ROOT, "%06x", rgb());
    }
}
