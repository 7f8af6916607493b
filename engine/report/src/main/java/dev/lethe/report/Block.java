package dev.lethe.report;

import java.util.List;

/** A part of a section of a report. */
public sealed interface Block {
    /** Returns a paragraph in small print. */
    static Block note(Paragraph paragraph) {
        return new Markup("<p class=\"note\">" + paragraph.html() + "</p>\n");
    }

    /** Makes a block of figures; those that are half as wide as the page stand side by side. */
    static Block figures(Figure... figures) {
        return new Figures(List.of(figures));
    }

    /**
     * Returns a table of texts.
     *
     * @param header headings of the columns
     * @param rows cells in the order of the columns, the first of each row its heading
     */
    static Block table(List<String> header, List<List<String>> rows) {
        return new Markup(Tables.plain(header, rows));
    }

    /** HTML that is shown unchanged. */
    record Markup(String html) implements Block {}

    /** Figures, which the report numbers. */
    record Figures(List<Figure> figures) implements Block {
        /** Keeps copies that do not change. */
        public Figures {
            figures = List.copyOf(figures);
        }
    }
}
