package dev.lethe.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Range of samples of 16 bits that becomes that of bytes, from 0 to 255; what lies beyond becomes the nearer end.
 *
 * @param lowest value that becomes 0
 * @param highest value that becomes 255
 */
public record SampleLevels(int lowest, int highest) {
    private static final int MOST = 0xFFFF;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    /** Refuses impossible values by a sentence that names them. */
    public SampleLevels {
        if (lowest < 0 || highest > MOST || lowest >= highest) {
            throw new IllegalArgumentException("levels=" + lowest + "-" + highest
                    + ": the first is less than the second, and both lie between 0 and " + MOST);
        }
    }

    /**
     * Reads {@code LOWEST-HIGHEST}.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    public static SampleLevels parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "levels '" + text + "': write LOWEST-HIGHEST, for example 0-4095 for 12 bits");
        }
        return new SampleLevels(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Returns text that {@link #parse} reads. */
    @Override
    public String toString() {
        return lowest + "-" + highest;
    }
}
