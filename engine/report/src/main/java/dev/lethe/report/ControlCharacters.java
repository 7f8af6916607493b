package dev.lethe.report;

/**
 * Visible form of characters that would act instead of being seen: controls, which move the cursor of a terminal, break
 * lines or have no place in XML, and those that change the direction of a line.
 */
public final class ControlCharacters {
    private ControlCharacters() {}

    /** Returns the text with each such character as Java writes it, as in {@code \n} and <code>&#92;u001b</code>. */
    public static String visible(String text) {
        if (text.chars().noneMatch(ControlCharacters::acts)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> visible.append("\\n");
                case '\r' -> visible.append("\\r");
                case '\t' -> visible.append("\\t");
                default -> visible.append(acts(c) ? String.format("\\u%04x", (int) c) : c);
            }
        }
        return visible.toString();
    }

    private static boolean acts(int c) {
        return Character.isISOControl(c)
                || c == 0x2028 || c == 0x2029 // separators of lines and paragraphs
                || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069; // direction
    }
}
