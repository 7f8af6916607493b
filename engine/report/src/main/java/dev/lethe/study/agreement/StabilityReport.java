package dev.lethe.study.agreement;

import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.DensityFigure;
import dev.lethe.report.Fact;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.report.XyFigure;
import dev.lethe.study.Claim;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Report of the stability study: finding, facts, claims and figures. */
final class StabilityReport {
    private static final double PAPER_PAIRS = 0.892;
    private static final double PAPER_SUMS = 0.976;
    /** Distance below the paper's correlations up to which ours are taken to agree. */
    private static final double NEAR = 0.05;

    private final StudySubject subject;
    private final StabilityStudy.Results results;

    StabilityReport(StudySubject subject, StabilityStudy.Results results) {
        this.subject = subject;
        this.results = results;
    }

    /** Makes the outcome of the study. */
    StudyOutcome outcome(StabilityStudy.Networks networks) {
        List<ForgettingScores> events = networks.events();
        return new StudyOutcome("Stability: " + subject.title(), results, finding(), List.of(), facts(), claims(),
                List.of(Section.of("Do seeds agree?", Block.figures(bands(events), scatter(events), shrinking())),
                        Section.of("Does one ranking tell another?", Block.figures(precisionRecall(networks)))),
                Map.of());
    }

    /** Draws the shares by number of events, with a band from the least to the most of the runs. */
    private static Figure bands(List<ForgettingScores> runs) {
        List<int[]> histograms = runs.stream().map(ForgettingScores::histogram).toList();
        int most = histograms.stream().mapToInt(h -> h.length).max().orElseThrow();
        double examples = runs.getFirst().examples();
        double[] x = new double[most];
        double[] mean = new double[most];
        double[] low = new double[most];
        double[] high = new double[most];
        for (int n = 0; n < most; n++) {
            int at = n;
            double[] shares = histograms.stream().mapToDouble(h -> at < h.length ? h[at] / examples : 0).toArray();
            x[n] = n;
            mean[n] = 100 * Arrays.stream(shares).average().orElseThrow();
            low[n] = 100 * Arrays.stream(shares).min().orElseThrow();
            high[n] = 100 * Arrays.stream(shares).max().orElseThrow();
        }
        return XyFigure.of(Axis.of("forgetting events in a run", Axis.Scale.WHOLE),
                Axis.of("share of training images (%)", Axis.Scale.LOG))
                .band("learned images, mean and range of " + Text.count(runs.size(), "run"), Ink.BLUE, x, mean, low,
                        high)
                .half("bands", "The share of the training images with so many forgetting events: mean, least and most "
                        + "of the runs.", "Line chart: share of images by forgetting events with a band over seeds");
    }

    private static Figure scatter(List<ForgettingScores> runs) {
        ForgettingScores a = runs.get(0);
        ForgettingScores b = runs.get(1);
        int[] both = IntStream.range(0, a.examples()).filter(id -> !a.neverLearned(id) && !b.neverLearned(id))
                .toArray();
        return DensityFigure.of(Axis.of("forgetting events, seed 1", Axis.Scale.WHOLE),
                Axis.of("forgetting events, seed 2", Axis.Scale.WHOLE),
                IntStream.of(both).mapToDouble(a::forgettingEvents).toArray(),
                IntStream.of(both).mapToDouble(b::forgettingEvents).toArray())
                .half("seeds-scatter", "Training images by their forgetting events in two runs. Pearson's correlation "
                        + "is " + Text.number(CorrelationCoefficient.PEARSON.of(a, b, NeverLearned.SEPARATE), 3) + ".",
                        "Two-dimensional histogram of forgetting events in two runs");
    }

    private Figure shrinking() {
        double[] runs = IntStream.rangeClosed(1, results.seeds()).asDoubleStream().toArray();
        return XyFigure.of(Axis.of("runs", Axis.Scale.WHOLE), Axis.of("share of training images", Axis.Scale.PERCENT))
                .line("unforgettable in all of so many runs", Ink.GREEN, runs,
                        results.unforgettable().stream().mapToDouble(share -> share).toArray())
                .half("unforgettable-by-runs", "The share of the training images that are unforgettable in all of the "
                        + "first so many runs: it shrinks the less, the more seeds agree.",
                        "Line chart: share unforgettable in all of so many runs");
    }

    private Figure precisionRecall(StabilityStudy.Networks networks) {
        XyFigure figure = XyFigure.of(Axis.of("forgotten images that are found", Axis.Scale.PERCENT).from(0).to(1),
                Axis.of("precision", Axis.Scale.PERCENT).from(0).to(1.02));
        networks.bySeeds().ifPresent(d -> add(figure, "ranked by other seeds", Ink.BLUE, d));
        networks.byOther().ifPresent(d -> add(figure, "ranked by " + results.against(), Ink.VERMILLION, d));
        return figure.half("stability-precision-recall",
                "How well the ranking of some runs finds the images that others "
                        + "forget or never learn.",
                "Line chart: precision against recall of forgotten images");
    }

    private static void add(XyFigure figure, String name, Ink ink, Detection detection) {
        int[] thresholds = IntStream.range(0, detection.thresholds()).toArray();
        figure.line(name, ink, IntStream.of(thresholds).mapToDouble(detection::recall).toArray(),
                IntStream.of(thresholds).mapToDouble(detection::precision).toArray());
    }

    private Paragraph finding() {
        String sums = results.pearsonOfSums() == null
                ? ""
                : ", and between sums of half of the runs " + Text.number(results.pearsonOfSums().mean(), 3);
        String networks = results.against() == null
                ? ""
                : " Between " + results.model() + " and " + results.against() + ", the correlation of the sums is "
                        + Text.number(results.pearsonBetweenNetworks(), 3) + ".";
        return Paragraph.EMPTY.strong("Between two seeds, Pearson's correlation of forgetting events is "
                + results.pearson().text()).plain(sums + "." + networks);
    }

    private List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Runs", subject.runs(),
                "10 seeds, 200 epochs each (CIFAR-10)"));
        facts.add(new Fact("Pearson's correlation of two seeds", results.pearson().text(),
                String.valueOf(PAPER_PAIRS)));
        if (results.pearsonOfSums() != null) {
            facts.add(new Fact("Pearson's correlation of sums of " + results.seeds() / 2,
                    results.pearsonOfSums().text(), PAPER_SUMS + " (sums of 5)"));
        }
        if (!Double.isNaN(results.averagePrecisionOfOther())) {
            facts.add(new Fact("Average precision of the ranking by " + results.against(),
                    Text.number(results.averagePrecisionOfOther(), 3)));
        }
        if (!Double.isNaN(results.averagePrecisionOfSeeds())) {
            facts.add(new Fact("Average precision of the ranking by other seeds",
                    Text.number(results.averagePrecisionOfSeeds(), 3)));
        }
        return facts;
    }

    private List<Claim> claims() {
        String why = subject.isCifar10()
                ? results.model() + ", " + Text.count(results.epochs(), "epoch")
                : "the paper's figure is for CIFAR-10, where images are forgotten far more often";
        List<Claim> claims = new ArrayList<>();
        claims.add(Claim.of("Pearson's correlation of forgetting events between seeds", String.valueOf(PAPER_PAIRS),
                Text.number(results.pearson().mean(), 3), results.pearson().mean() >= PAPER_PAIRS - NEAR, why));
        if (results.pearsonOfSums() != null) {
            claims.add(Claim.of("the same of sums of half of the runs", String.valueOf(PAPER_SUMS),
                    Text.number(results.pearsonOfSums().mean(), 3),
                    results.pearsonOfSums().mean() >= PAPER_SUMS - NEAR,
                    why + "; sums of " + results.seeds() / 2 + " instead of 5"));
        }
        return claims.stream().map(claim -> claim.comparable(subject.isCifar10())).toList();
    }
}
