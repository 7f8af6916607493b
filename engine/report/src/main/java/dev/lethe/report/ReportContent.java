package dev.lethe.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Content of a report.
 *
 * @param title heading, as text
 * @param command command line that repeats the study
 * @param finding conclusion in plain words
 * @param facts rows of the summary in their order
 * @param sections sections in their order
 * @param provenance conditions that the results depend on, in the order in which they are shown
 */
public record ReportContent(String title, String command, Paragraph finding, List<Fact> facts, List<Section> sections,
        Map<String, String> provenance) {
    /** Refuses impossible values by a sentence that names them. */
    public ReportContent {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(finding, "finding");
        facts = List.copyOf(facts);
        sections = List.copyOf(sections);
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    }
}
