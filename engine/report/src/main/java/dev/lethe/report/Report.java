package dev.lethe.report;

import java.util.List;
import java.util.Map;

/**
 * The report of a study: one HTML file that needs no other file, no network and no script. The same content gives the
 * same bytes on the same machine; text is laid out with the machine's fonts. It needs no display.
 */
public final class Report {
    private final ReportContent content;
    private int figures;

    private Report(ReportContent content) {
        this.content = content;
    }

    /** Returns the report as an HTML document. */
    public static String html(ReportContent content) {
        return new Report(content).html();
    }

    private String html() {
        return Template.fill("report.html", Map.ofEntries(
                Map.entry("style", Template.read("report.css")),
                Map.entry("title", Html.escape(content.title())),
                Map.entry("command", Html.escape(content.command())),
                Map.entry("finding", content.finding().html()),
                Map.entry("facts", Tables.facts(content.facts())),
                Map.entry("sections", sections()),
                Map.entry("provenance", Tables.provenance(content.command(), content.provenance()))));
    }

    private String sections() {
        StringBuilder html = new StringBuilder();
        for (Section section : content.sections()) {
            html.append("<section>\n<h2>").append(Html.escape(section.title())).append("</h2>\n");
            section.blocks().forEach(block -> append(block, html));
            html.append("</section>\n\n");
        }
        return html.toString();
    }

    private void append(Block block, StringBuilder html) {
        switch (block) {
            case Block.Markup markup -> html.append(markup.html());
            case Block.Figures some -> {
                List<Figure> wide = some.figures().stream().filter(Figure::wide).toList();
                List<Figure> half = some.figures().stream().filter(figure -> !figure.wide()).toList();
                wide.forEach(figure -> append(figure, html));
                if (!half.isEmpty()) {
                    html.append("<div class=\"pair\">\n");
                    half.forEach(figure -> append(figure, html));
                    html.append("</div>\n");
                }
            }
        }
    }

    private void append(Figure figure, StringBuilder html) {
        figures++;
        html.append("<figure class=\"chart\">\n").append(figure.svg()).append("\n<figcaption><b>Figure ")
                .append(figures).append(".</b> ").append(Html.escape(figure.caption()))
                .append("</figcaption>\n</figure>\n");
    }
}
