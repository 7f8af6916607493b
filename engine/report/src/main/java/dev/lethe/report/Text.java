package dev.lethe.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Text of numbers, as reports, figures and the terminal show them: the same in every locale. */
public final class Text {
    private static final String NOT_A_NUMBER = "–";

    private Text() {}

    /** Returns a format by its pattern, for texts such as {@code 60,000} or {@code 0.25}. */
    public static DecimalFormat format(String pattern) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    }

    /** Returns a whole number with groups of digits, as in {@code 60,000}. */
    public static String count(long count) {
        return format("#,##0").format(count);
    }

    /** Returns a whole number with its noun, as in {@code 1 image} and {@code 2,000 images}. */
    public static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** Returns a number with as many decimals as asked for; a dash where it is NaN or infinite. */
    public static String number(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : NOT_A_NUMBER;
    }

    /** Returns a share in percent, with more digits near 0% and 100%, so that a few are not rounded to none. */
    public static String percent(double share) {
        double percent = 100 * share;
        double distance = Math.min(percent, 100 - percent);
        if (distance > 0 && distance < 0.0005) {
            return percent < 50 ? "under 0.001%" : "over 99.999%";
        }
        String pattern = distance >= 1 ? "0.0" : distance >= 0.1 ? "0.00" : "0.###";
        return Double.isFinite(percent) ? format(pattern).format(percent) + "%" : NOT_A_NUMBER;
    }

    /** Returns the share of a part in a whole, in percent. */
    public static String percentOf(long part, long whole) {
        return percent((double) part / whole);
    }

    /** Returns a share in percent with as many decimals as asked for; a dash where it is NaN or infinite. */
    public static String percent(double share, int decimals) {
        return Double.isFinite(share) ? number(100 * share, decimals) + "%" : NOT_A_NUMBER;
    }
}
