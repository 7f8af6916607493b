package dev.lethe.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers as a report writes them, the same in every locale. */
public final class Numbers {
    private static final String NOT_A_NUMBER = "–";

    private Numbers() {}

    /** A number as an axis or a table shows it, {@code 60,000} or {@code 0.25}. */
    public static DecimalFormat format(String pattern) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    }

    public static String count(long count) {
        return format("#,##0").format(count);
    }

    /** {@code 1 image}, {@code 2,000 images}. */
    public static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    public static String decimal(double value, int digits) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + digits + "f", value) : NOT_A_NUMBER;
    }

    /** A share in percent, with more digits near 0 % and 100 % so that a few are never rounded to none or to all. */
    public static String percent(double share) {
        double percent = 100 * share;
        double distance = Math.min(percent, 100 - percent);
        if (distance > 0 && distance < 0.0005) {
            return percent < 50 ? "under 0.001%" : "over 99.999%";
        }
        String pattern = distance >= 1 ? "0.0" : distance >= 0.1 ? "0.00" : "0.###";
        return Double.isFinite(percent) ? format(pattern).format(percent) + "%" : NOT_A_NUMBER;
    }

    public static String percent(long part, long whole) {
        return percent((double) part / whole);
    }
}
