package dev.lethe.report;

import java.util.List;
import java.util.Map;

/** The tables of a report. */
final class Tables {
    private Tables() {}

    /** Returns the summary, with a column for the paper if any fact has its figure. */
    static String facts(List<Fact> facts) {
        boolean paper = facts.stream().anyMatch(fact -> !fact.paper().isEmpty());
        StringBuilder html = new StringBuilder("<table class=\"facts\">\n");
        if (paper) {
            html.append("<thead><tr><th></th><th>this study</th><th>paper</th></tr></thead>\n");
        }
        html.append("<tbody>\n");
        for (Fact fact : facts) {
            html.append("<tr><th scope=\"row\">").append(Html.escape(fact.label())).append("</th><td>")
                    .append(Html.escape(fact.value())).append("</td>");
            if (paper) {
                html.append("<td>").append(Html.escape(fact.paper())).append("</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n").toString();
    }

    /** Returns a table of texts, the first of each row its heading. */
    static String plain(List<String> header, List<List<String>> rows) {
        StringBuilder html = new StringBuilder("<table class=\"numbers\">\n<thead><tr>");
        header.forEach(cell -> html.append("<th>").append(Html.escape(cell)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr><th scope=\"row\">").append(Html.escape(row.getFirst())).append("</th>");
            row.stream().skip(1).forEach(cell -> html.append("<td>").append(Html.escape(cell)).append("</td>"));
            html.append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n").toString();
    }

    static String provenance(String command, Map<String, String> provenance) {
        StringBuilder html = new StringBuilder("<table class=\"provenance\">\n<tbody>\n<tr><th scope=\"row\">command")
                .append("</th><td><code>").append(Html.escape(command)).append("</code></td></tr>\n");
        provenance.forEach((name, value) -> html.append("<tr><th scope=\"row\">").append(Html.escape(name))
                .append("</th><td><code>").append(Html.escape(value)).append("</code></td></tr>\n"));
        return html.append("</tbody>\n</table>\n").toString();
    }
}
