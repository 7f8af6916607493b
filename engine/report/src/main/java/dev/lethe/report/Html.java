package dev.lethe.report;

/** Text that is safe in HTML. */
public final class Html {
    private Html() {}

    /**
     * Returns the text with everything escaped that means something in an element or in an attribute in double quotes,
     * and control characters made visible.
     */
    public static String escape(String text) {
        String visible = ControlCharacters.visible(text);
        StringBuilder escaped = new StringBuilder(visible.length() + 16);
        for (int i = 0; i < visible.length(); i++) {
            char c = visible.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
