package dev.lethe.report;

import java.util.List;

/** A part of a section of a report. */
public sealed interface Block {
    /** A paragraph. */
    static Block note(String html) {
        return new Markup("<p class=\"note\">" + html + "</p>\n");
    }

    /** Figures, those that are half as wide as the page side by side. */
    static Block figures(Figure... figures) {
        return new Figures(List.of(figures));
    }

    /**
     * A table.
     *
     * @param header of its columns, HTML
     * @param rows HTML
     */
    static Block table(List<String> header, List<List<String>> rows) {
        return new Markup(Tables.plain(header, rows));
    }

    /** HTML as it is. */
    record Markup(String html) implements Block {}

    /** Figures, which the report numbers. */
    record Figures(List<Figure> figures) implements Block {
        public Figures {
            figures = List.copyOf(figures);
        }
    }
}
