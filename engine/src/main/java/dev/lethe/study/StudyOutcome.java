package dev.lethe.study;

import dev.lethe.report.Fact;
import dev.lethe.report.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What came out of a study.
 *
 * @param title as text
 * @param results for {@code results.json}: a record or a map
 * @param finding in a paragraph of plain words; HTML
 * @param summary lines for the terminal
 * @param facts in numbers
 * @param claims of the paper, beside what came out
 * @param sections of the report
 * @param files written beside the report, by name
 */
public record StudyOutcome(String title, Object results, String finding, List<String> summary, List<Fact> facts,
        List<Claim> claims, List<Section> sections, Map<String, FileContent> files) {
    public StudyOutcome {
        summary = List.copyOf(summary);
        facts = List.copyOf(facts);
        claims = List.copyOf(claims);
        sections = List.copyOf(sections);
        files = Map.copyOf(files);
    }

    /** Writes a file. */
    @FunctionalInterface
    public interface FileContent {
        void write(Path file) throws IOException;
    }
}
