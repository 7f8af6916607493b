package dev.lethe.tracker.interchange;

/** Text in a cell of CSV, as RFC 4180 writes it. */
public final class CsvText {
    private CsvText() {}

    /** Returns a text as a cell: in quotes if it holds a comma, a quote or a line break, or has spaces around it. */
    public static String cell(String text) {
        boolean quoted = !text.equals(text.strip()) || text.chars().anyMatch(c -> ",\"\n\r".indexOf(c) >= 0);
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
