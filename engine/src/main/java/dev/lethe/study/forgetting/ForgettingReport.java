package dev.lethe.study.forgetting;

import dev.lethe.report.Block;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Report;
import dev.lethe.report.ReportContent;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import java.util.List;
import java.util.stream.IntStream;

/** What the report of a forgetting study says and shows. */
public final class ForgettingReport {
    private static final Paragraph UNDER_IMAGES = Paragraph.of("Under each image: its given label → what it was taken "
            + "for at its last presentation (×2: in two runs), why it is shown, and its id in the training set. Beside "
            + "each row: how many such images the class has. The tooltip of an image gives all of its scores.");

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
                Section.of("Images",
                        Block.note(UNDER_IMAGES),
                        new Block.Markup(new Galleries(content, classes).html())));
    }

    /** What came out, in a paragraph of plain words. */
    public static Paragraph finding(ForgettingReportContent content) {
        RunAggregate aggregate = content.aggregate();
        int examples = aggregate.examples();
        int unforgettable = aggregate.unforgettableCount();
        int neverLearned = (int) IntStream.range(0, examples).filter(aggregate::neverLearned).count();
        int others = examples - unforgettable - neverLearned;
        int runs = aggregate.runs();
        int epochs = content.runs().stream().mapToInt(run -> run.epochs().size()).max().orElseThrow();
        String networks = runs == 2 ? "both networks" : "all " + runs + " networks";
        String share = Text.percentOf(unforgettable, examples) + " of the " + Text.count(examples, "training image")
                + " (" + Text.count(unforgettable) + ") were learned";
        String training = " in " + Text.count(epochs, "epoch") + " of training. ";
        return runs == 1
                ? Paragraph.EMPTY.strong(share + " and never forgotten").plain(training + were(others, examples)
                        + " forgotten at least once. " + were(neverLearned, examples) + " never learned.")
                : Paragraph.EMPTY.strong(share + " by " + networks + " and never forgotten by any")
                        .plain(training + were(others, examples) + " forgotten at least once by some network, or not "
                                + "learned by some. " + were(neverLearned, examples) + " never learned by any.");
    }

    /** {@code 30 (0.05%) were}. */
    private static String were(int part, int whole) {
        return Text.count(part) + " (" + Text.percentOf(part, whole) + ") " + (part == 1 ? "was" : "were");
    }
}
