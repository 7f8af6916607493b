package dev.lethe.report;

/** Numbers and text as reports write them, the same in every locale. */
public final class Text {
    private Text() {}

    /** Text that is safe in HTML. */
    public static String html(String text) {
        return Html.escape(text);
    }

    /** {@code 60,000}. */
    public static String count(long count) {
        return Numbers.count(count);
    }

    /** {@code 1 image}, {@code 2,000 images}. */
    public static String count(long count, String noun) {
        return Numbers.count(count, noun);
    }

    /** A share in percent, with more digits near 0 % and 100 %. */
    public static String percent(double share) {
        return Numbers.percent(share);
    }

    /** A share in percent with so many decimals. */
    public static String percent(double share, int decimals) {
        return Double.isFinite(share) ? Numbers.decimal(100 * share, decimals) + "%" : Numbers.decimal(share, decimals);
    }

    /** A number with so many decimals, a dash where it is none. */
    public static String number(double value, int decimals) {
        return Numbers.decimal(value, decimals);
    }
}
