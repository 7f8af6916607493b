package dev.lethe.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.Fact;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.XyFigure;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompositeStudyTest {
    private static final RunSettings SETTINGS = RunSettings.of("mnist", "mnist-cnn", TrainingConfig.mnist(1, 1))
            .on("reference", 1);

    @TempDir
    private Path folder;

    /** A study of one run that concludes what it is told. */
    private record MadeUp(String name, List<String> table, Claim... claims) implements Study {
        @Override
        public List<RunSpec> runs(StudySettings settings) {
            return settings.specs();
        }

        @Override
        public Map<String, Object> options() {
            return Map.of("of", name);
        }

        @Override
        public StudyOutcome conclude(StudyContext context) {
            double[] x = {0, 1};
            return new StudyOutcome("Title", Map.of("name", name), Paragraph.EMPTY.strong("Strong").plain(" " + name),
                    table, List.of(new Fact("Fact", "1", "2")), List.of(claims),
                    List.of(Section.of("Section", Block.figures(XyFigure.of(Axis.of("x", Axis.Scale.LINEAR),
                            Axis.of("y", Axis.Scale.LINEAR)).line("line", Ink.BLUE, x, x)
                            .half("figure", "Caption.", "Line chart")))),
                    Map.of("file.csv", file -> {}));
        }
    }

    private static Claim claim(Claim.Verdict verdict) {
        return new Claim("statement", "paper", "ours", verdict, "");
    }

    private StudyOutcome concluded() throws IOException {
        CompositeStudy study = new CompositeStudy(List.of(
                new MadeUp("first", List.of(), claim(Claim.Verdict.AGREES), claim(Claim.Verdict.NOT_COMPARABLE)),
                new MadeUp("second", List.of("a table"), claim(Claim.Verdict.DIFFERS))));
        return study.conclude(new StudyContext(StudySettings.of(SETTINGS, 1),
                new RunStore(folder, PlanListener.NONE), new FinishedRuns(Map.of())));
    }

    @Test
    void shouldCountTheClaimsThatCanBeComparedAndShowEveryFinding() throws IOException {
        StudyOutcome outcome = concluded();
        assertEquals(List.of("--- second", "a table", "", "1 of 2 statements of the paper that can be compared hold "
                + "here.", "first: Strong first", "second: Strong second"), outcome.summary());
        assertEquals("<strong>1 of 2 statements of the paper that can be compared hold here.</strong><br>"
                + "<strong>first:</strong> <strong>Strong</strong> first<br><strong>second:</strong> "
                + "<strong>Strong</strong> second", outcome.finding().html());
        assertEquals("The paper's experiments: mnist, mnist-cnn", outcome.title());
    }

    @Test
    void shouldTellThePartsOfEachStudyApart() throws IOException {
        StudyOutcome outcome = concluded();
        assertEquals(Map.of("first", Map.of("name", "first"), "second", Map.of("name", "second")), outcome.results());
        assertEquals(List.of("first: statement", "first: statement", "second: statement"),
                outcome.claims().stream().map(Claim::statement).toList());
        assertEquals(List.of("first: Section", "second: Section"),
                outcome.sections().stream().map(Section::title).toList());
        assertEquals(List.of("first-figure", "second-figure"),
                outcome.sections().stream().flatMap(Section::figures).map(figure -> figure.id()).toList());
        assertEquals(Set.of("first-file.csv", "second-file.csv"), outcome.files().keySet());
        assertEquals(List.of(new Fact("first: Fact", "1"), new Fact("second: Fact", "1")), outcome.facts());
    }

    @Test
    void shouldShareRunsAndRememberTheOptionsOfEachStudy() {
        CompositeStudy study = new CompositeStudy(List.of(new MadeUp("first", List.of()),
                new MadeUp("second", List.of())));
        assertEquals(2, study.runs(StudySettings.of(SETTINGS, 2)).size());
        assertEquals(Map.of("first", Map.of("of", "first"), "second", Map.of("of", "second")), study.options());
        assertThrows(IllegalArgumentException.class, () -> new CompositeStudy(List.of()));
    }
}
