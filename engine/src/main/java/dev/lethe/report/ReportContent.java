package dev.lethe.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a report is made of.
 *
 * @param title its heading, as text
 * @param command that repeats the study
 * @param finding what came out
 * @param facts the summary, in the order in which it is shown
 * @param sections in order
 * @param provenance what the results depend on, in the order in which it is shown
 */
public record ReportContent(String title, String command, Paragraph finding, List<Fact> facts, List<Section> sections,
        Map<String, String> provenance) {
    public ReportContent {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(finding, "finding");
        facts = List.copyOf(facts);
        sections = List.copyOf(sections);
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    }
}
