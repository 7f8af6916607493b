package dev.lethe.study.forgetting;

import dev.lethe.report.Block;
import dev.lethe.report.Numbers;
import dev.lethe.report.Report;
import dev.lethe.report.ReportContent;
import dev.lethe.report.Section;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import java.util.List;
import java.util.stream.IntStream;

/** What the report of a forgetting study says and shows. */
public final class ForgettingReport {
    private ForgettingReport() {}

    /** The report as an HTML document. */
    public static String html(ForgettingReportContent content) {
        return Report.html(new ReportContent(content.title(), content.command(), finding(content), content.facts(),
                sections(content), content.provenance()));
    }

    /** Its sections: histograms, learning curves, classes, and images to look at. */
    public static List<Section> sections(ForgettingReportContent content) {
        List<ForgettingScores> runs = content.runs().stream().map(run -> run.scores().forgetting()).toList();
        EventDistribution events = new EventDistribution(runs);
        List<ClassSummary> classes = ClassSummary.of(content.data(), content.aggregate());
        return List.of(
                Section.of("How often images are forgotten",
                        Block.figures(new ForgettingHistogram(events).figure(), CumulativeShare.figure(events),
                                LearnedSoFar.figure(runs))),
                Section.of("How the networks learned",
                        Block.figures(LearningCurves.accuracy(content.runs()), LearningCurves.loss(content.runs()))),
                Section.of("Classes", ClassTable.of(classes)),
                Section.of("Images", Block.note("Under each image: its given label → what it was taken for at its last "
                        + "presentation (×2: in two runs), why it is shown, and its id in the training set. Beside "
                        + "each row: how many such images the class has. The tooltip of an image gives all of its "
                        + "scores."), new Block.Markup(new Galleries(content, classes).html())));
    }

    /** What came out, in a paragraph of plain words. */
    public static String finding(ForgettingReportContent content) {
        RunAggregate aggregate = content.aggregate();
        int examples = aggregate.examples();
        int unforgettable = aggregate.unforgettableCount();
        int neverLearned = (int) IntStream.range(0, examples).filter(aggregate::neverLearned).count();
        int others = examples - unforgettable - neverLearned;
        int runs = aggregate.runs();
        int epochs = content.runs().stream().mapToInt(run -> run.epochs().size()).max().orElseThrow();
        String networks = runs == 2 ? "both networks" : "all " + runs + " networks";
        String finding = runs == 1
                ? "<strong>%s were learned and never forgotten</strong> in %s of training. %s forgotten at least once. "
                        + "%s never learned."
                : "<strong>%s were learned by " + networks + " and never forgotten by any</strong> in %s of training. "
                        + "%s forgotten at least once by some network, or not learned by some. "
                        + "%s never learned by any.";
        return finding.formatted(
                Numbers.percent(unforgettable, examples) + " of the " + Numbers.count(examples, "training image") + " ("
                        + Numbers.count(unforgettable) + ")",
                Numbers.count(epochs, "epoch"), were(others, examples), were(neverLearned, examples));
    }

    /** {@code 30 (0.05%) were}. */
    private static String were(int part, int whole) {
        return Numbers.count(part) + " (" + Numbers.percent(part, whole) + ") " + (part == 1 ? "was" : "were");
    }
}
