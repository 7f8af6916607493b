package dev.lethe.data;

import dev.lethe.tracker.interchange.NpyFile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Factor by which values of arrays become pixels of one byte. Values in 0..1 are multiplied by 255, those in 0..255 are
 * taken as they are; values that may be something else are refused, since a network would learn from other images than
 * the user meant.
 *
 * @param factor 1 or 255
 */
record PixelScale(int factor) {
    private static final int BRIGHTEST = 255;
    /** Rounding errors of divisions by 255 in float16. */
    private static final double TOLERANCE = 0.001;

    /** The range of an array's values. */
    private static final class Range {
        private final NpyFile array;
        private double lowest = Double.POSITIVE_INFINITY;
        private double highest = Double.NEGATIVE_INFINITY;
        private boolean whole = true;

        Range(NpyFile array) throws IOException {
            this.array = array;
            array.forEach(this::take);
        }

        private void take(long index, double value) {
            if (!Double.isFinite(value)) {
                throw new DataSetException(array.name() + " has " + Double.toString(value).toLowerCase(Locale.ROOT)
                        + " at element " + index
                        + " in C order, which is no pixel: replace it, as np.nan_to_num(a) does");
            }
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
            whole &= value == Math.rint(value);
        }
    }

    /**
     * Finds the factor of all images of a data set, of which the arrays must be alike.
     *
     * @param parts training images and, if there are any, test images
     * @param notices receives a sentence when images are converted
     * @throws DataSetException when it is not certain; the message has what to do in NumPy
     */
    static PixelScale of(List<ArrayImages> parts, Consumer<String> notices) throws IOException {
        Range all = null;
        boolean bytes = false;
        for (ArrayImages images : parts) {
            if (images.areBytes()) {
                bytes = true;
                continue;
            }
            Range range = new Range(images.array());
            if (all == null) {
                all = range;
            } else {
                boolean further = range.lowest < Math.min(0, all.lowest) || range.highest > all.highest;
                all = further ? widened(range, all) : widened(all, range);
            }
        }
        if (all == null) {
            return new PixelScale(1);
        }
        boolean like = bytes && all.whole && all.lowest >= 0 && all.highest <= BRIGHTEST;
        PixelScale scale = new PixelScale(like ? 1 : factor(all));
        if (bytes && scale.factor != 1) {
            throw problem(all, "where the other images are uint8", "(a * 255).round().astype(np.uint8)");
        }
        notices.accept(text(all) + (scale.factor == 1
                ? all.whole ? ": they are taken as pixels of one byte" : ": they are rounded to pixels of one byte"
                : ": they are multiplied by 255 and rounded to pixels of one byte"));
        return scale;
    }

    /** Returns the first range, with the values of the other, too. */
    private static Range widened(Range range, Range other) {
        range.lowest = Math.min(range.lowest, other.lowest);
        range.highest = Math.max(range.highest, other.highest);
        range.whole &= other.whole;
        return range;
    }

    private static int factor(Range range) {
        double highest = range.highest;
        if (range.lowest < 0) {
            throw range.lowest >= -1 && highest <= 1
                    ? problem(range, "which are no pixels",
                            "((a + 1) * 127.5).round().astype(np.uint8) if they are in -1..1")
                    : problem(range, "which were normalised, or are no pixels",
                            "(a * deviation + mean).round().clip(0, 255).astype(np.uint8)");
        }
        if (highest > BRIGHTEST) {
            throw problem(range, "where pixels are in 0..255",
                    "(a * (255 / WHITE)).round().astype(np.uint8), where WHITE "
                            + "is the value of white, as 65535 of 16 bits");
        }
        if (highest <= 1 + TOLERANCE && (highest > 0.5 || range.whole)) {
            return BRIGHTEST;
        }
        if (range.whole || highest > BRIGHTEST / 2.0) {
            return 1;
        }
        throw problem(range, "which may be those of 0..1, 0..255 or normalised ones",
                highest <= 1
                        ? "(a * 255).round().astype(np.uint8) if they are in 0..1"
                        : "a.round().astype(np.uint8) if they are in 0..255");
    }

    private static String text(Range range) {
        return range.array.name() + " is an " + range.array + " of values from " + number(range.lowest) + " to "
                + number(range.highest);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : "%.4g".formatted(value);
    }

    private static DataSetException problem(Range range, String problem, String line) {
        return new DataSetException(text(range) + ", " + problem + ": save " + line);
    }

    /** Returns the pixel of a value. */
    byte pixel(double value) {
        return (byte) Math.clamp(Math.round(value * factor), 0, BRIGHTEST);
    }
}
