package dev.lethe.study.forgetting;

import dev.lethe.report.Block;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import java.util.List;
import java.util.stream.IntStream;

/** Finding and sections of the report of a forgetting study. */
final class ForgettingReport {
    private static final Paragraph UNDER_IMAGES = Paragraph.of("Under each image: its given label → what it was taken "
            + "for at its last presentation (×2: in two runs), why it is shown, and its id in the training set. Beside "
            + "each row: how many such images the class has. The tooltip of an image gives all of its scores.");

    private ForgettingReport() {}

    /** Makes the sections: histograms, learning curves, classes, and images to look at. */
    public static List<Section> sections(ReportedRuns reported) {
        List<ForgettingScores> runs = reported.runs().stream().map(run -> run.scores().forgetting()).toList();
        EventDistribution events = new EventDistribution(runs);
        List<ClassSummary> classes = ClassSummary.of(reported.data(), reported.aggregate());
        return List.of(
                Section.of("How often images are forgotten",
                        Block.figures(new ForgettingHistogram(events).figure(), CumulativeShare.figure(events),
                                LearnedSoFar.figure(runs))),
                Section.of("How the networks learned",
                        Block.figures(LearningCurves.accuracy(reported.runs()), LearningCurves.loss(reported.runs()))),
                Section.of("Classes", ClassTable.of(classes)),
                Section.of("Images",
                        Block.note(UNDER_IMAGES),
                        new Block.Markup(new Galleries(reported, classes).html())));
    }

    /** Says how many examples were never forgotten, and how many never learned. */
    public static Paragraph finding(ReportedRuns reported) {
        RunAggregate aggregate = reported.aggregate();
        int examples = aggregate.examples();
        int unforgettable = aggregate.unforgettableCount();
        int neverLearned = (int) IntStream.range(0, examples).filter(aggregate::neverLearned).count();
        int others = examples - unforgettable - neverLearned;
        int runs = aggregate.runs();
        int epochs = reported.runs().stream().mapToInt(run -> run.epochs().size()).max().orElseThrow();
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

    /** Returns a count with its share and a verb, as in {@code 30 (0.05%) were}. */
    private static String were(int part, int whole) {
        return Text.count(part) + " (" + Text.percentOf(part, whole) + ") " + (part == 1 ? "was" : "were");
    }
}
