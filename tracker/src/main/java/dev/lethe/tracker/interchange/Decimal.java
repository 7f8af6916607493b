package dev.lethe.tracker.interchange;

/**
 * The grammar of numbers as other tools write them: that of Python's {@code float}, without underscores. Java's own
 * parser takes more, {@code 1f} and {@code 0x1p3} for example, which would let a damaged file pass.
 */
final class Decimal {

    private Decimal() {}

    /**
     * Returns the value of a decimal number, or of {@code nan}, {@code inf} and {@code infinity} in any case.
     *
     * @param text
     *            the text of the number
     * @throws NumberFormatException
     *             if the text is not such a number
     */
    static double parse(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String magnitude = signed ? text.substring(1) : text;
        if (magnitude.equalsIgnoreCase("nan")) {
            return Double.NaN;
        }
        if (magnitude.equalsIgnoreCase("inf") || magnitude.equalsIgnoreCase("infinity")) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        for (int at = 0; at < text.length(); at++) {
            if ("0123456789+-.eE".indexOf(text.charAt(at)) < 0) {
                throw new NumberFormatException(text);
            }
        }
        return Double.parseDouble(text); // over these characters its grammar is Python's
    }

    /** Tells whether the text is a whole number: digits, with or without a minus. */
    static boolean isWhole(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        for (int at = start; at < text.length(); at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return false;
            }
        }
        return text.length() > start;
    }
}
