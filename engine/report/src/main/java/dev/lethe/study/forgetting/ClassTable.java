package dev.lethe.study.forgetting;

import dev.lethe.report.Block;
import dev.lethe.report.Html;
import dev.lethe.report.Text;
import java.util.List;

/** Table of the classes, with the share of each that is never forgotten. */
final class ClassTable {
    private ClassTable() {}

    /** Makes the table. */
    static Block of(List<ClassSummary> summaries) {
        return new Block.Markup(html(summaries));
    }

    private static String html(List<ClassSummary> summaries) {
        StringBuilder html = new StringBuilder("""
                <table class="classes">
                <thead><tr><th>class</th><th>training images</th><th>unforgettable in every run</th>\
                <th>forgotten by some run</th><th>mean events in a run</th><th>never learned in a run, mean</th></tr>\
                </thead>
                <tbody>
                """);
        for (ClassSummary summary : summaries) {
            html.append("<tr><th scope=\"row\">").append(Html.escape(summary.name())).append("</th><td>")
                    .append(Text.count(summary.images())).append("</td><td>")
                    .append(bar(summary.unforgettableShare()))
                    .append("</td><td>").append(Text.count(summary.forgotten())).append("</td><td>")
                    .append(Text.number(summary.meanEvents(), 3)).append("</td><td>")
                    .append(Text.number(summary.neverLearnedPerRun(), summary.runs() == 1 ? 0 : 1))
                    .append("</td></tr>\n");
        }
        return html.append("</tbody>\n</table>\n").toString();
    }

    /** Draws a share as a bar, with its number. */
    private static String bar(double share) {
        String width = Double.isNaN(share) ? "0" : Text.format("0.##").format(100 * share);
        return "<span class=\"bar\"><span style=\"width:" + width + "%\"></span></span><span class=\"share\">"
                + Text.percent(share) + "</span>";
    }
}
