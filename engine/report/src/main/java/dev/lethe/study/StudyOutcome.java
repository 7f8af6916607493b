package dev.lethe.study;

import dev.lethe.report.Fact;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Everything that a study concludes: the content of its files, its report and its last words on the terminal.
 *
 * @param title heading of the report, as text
 * @param results content of {@code results.json}: a record or a map
 * @param finding conclusion in plain words
 * @param table lines that the terminal shows above the finding; empty where the finding says it all
 * @param facts rows of the report's summary
 * @param claims statements of the paper, beside what came out here
 * @param sections of the report
 * @param files other files that are written beside the report, by name
 */
public record StudyOutcome(String title, Object results, Paragraph finding, List<String> table, List<Fact> facts,
        List<Claim> claims, List<Section> sections, Map<String, FileContent> files) {
    /** Keeps copies that do not change. */
    public StudyOutcome {
        table = List.copyOf(table);
        facts = List.copyOf(facts);
        claims = List.copyOf(claims);
        sections = List.copyOf(sections);
        files = Map.copyOf(files);
    }

    /**
     * Makes an outcome of a conclusion and its numbers alone.
     *
     * @param title heading of the report, as text
     * @param results content of {@code results.json}: a record or a map
     * @param finding conclusion in plain words
     */
    public static StudyOutcome of(String title, Object results, Paragraph finding) {
        return new StudyOutcome(title, results, finding, List.of(), List.of(), List.of(), List.of(), Map.of());
    }

    /** Returns the lines for the terminal: the table, if there is one, and the finding. */
    public List<String> summary() {
        Stream<String> above = table.isEmpty() ? Stream.empty() : Stream.concat(table.stream(), Stream.of(""));
        return Stream.concat(above, finding.text().lines()).toList();
    }

    /** Writer of a file. */
    @FunctionalInterface
    public interface FileContent {
        /** Writes the file, whole or not at all. */
        void write(Path file) throws IOException;
    }
}
