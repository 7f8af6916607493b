package dev.lethe.report;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The report of a forgetting study: one HTML file that needs no other file, no network and no script. The same content
 * gives the same bytes on the same machine; text is laid out with the machine's fonts. It needs no display.
 */
public final class ForgettingReport {
    private ForgettingReport() {}

    /** The report as an HTML document. */
    public static String html(ForgettingReportContent content) {
        List<ForgettingScores> runs = content.runs().stream().map(run -> run.scores().forgetting()).toList();
        EventDistribution events = new EventDistribution(runs);
        ForgettingHistogram histogram = new ForgettingHistogram(events);
        List<ClassSummary> classes = ClassSummary.of(content.data(), content.aggregate());
        return Template.fill("report.html", Map.ofEntries(
                Map.entry("style", Template.read("report.css")),
                Map.entry("title", Html.escape(content.title())),
                Map.entry("command", Html.escape(content.command())),
                Map.entry("finding", finding(content)),
                Map.entry("facts", Tables.facts(content.facts())),
                Map.entry("histogram", histogram.svg()),
                Map.entry("bars", histogram.caption()),
                Map.entry("cumulative", CumulativeShare.svg(events)),
                Map.entry("learned", LearnedSoFar.svg(runs)),
                Map.entry("accuracy", LearningCurves.accuracy(content.runs())),
                Map.entry("loss", LearningCurves.loss(content.runs())),
                Map.entry("lines", runs.size() == 1 ? "" : " One line a run."),
                Map.entry("classes", Tables.classes(classes)),
                Map.entry("galleries", new Galleries(content, classes).html()),
                Map.entry("provenance", Tables.provenance(content.command(), content.provenance()))));
    }

    /** What came out, in a paragraph of plain words. */
    private static String finding(ForgettingReportContent content) {
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
