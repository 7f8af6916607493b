package dev.lethe.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Way to make images one size that keeps their proportions: they are resized until their short side has a length, and
 * a square is cropped from their centre.
 *
 * @param side length of the short side
 * @param crop side of the square, at most as long
 */
record ShortSideCrop(int side, int crop) {
    private static final int MOST = 10_000;
    private static final Pattern TEXT = Pattern.compile("short:(\\d{1,5})\\+crop:(\\d{1,5})");

    /** Refuses impossible values by a sentence that names them. */
    ShortSideCrop {
        if (crop < 1 || side < crop || side > MOST) {
            throw new IllegalArgumentException("short side=" + side + ", crop=" + crop
                    + ": the crop is at least 1 and at most the side, and that at most " + MOST);
        }
    }

    /** Tells whether a text begins as {@link #parse} reads it. */
    static boolean isText(String text) {
        return text.startsWith("short:");
    }

    /**
     * Reads {@code short:SIDE+crop:CROP}.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    static ShortSideCrop parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "resize '" + text + "': write short:SIDE+crop:CROP, for example short:256+crop:224");
        }
        return new ShortSideCrop(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Returns the size that an image is resized to before it is cropped: the long side is rounded down. */
    ImageSize resized(int width, int height) {
        int shorter = Math.min(width, height);
        return new ImageSize((int) ((long) side * width / shorter), (int) ((long) side * height / shorter));
    }

    /** Returns the first row or column of the crop; of two in the middle the even one, as torchvision. */
    int first(int length) {
        return (int) Math.rint((length - crop) / 2.0);
    }

    /** Returns text that {@link #parse} reads. */
    @Override
    public String toString() {
        return "short:" + side + "+crop:" + crop;
    }
}
