package dev.lethe.study.forgetting;

import dev.lethe.data.DataSet;
import dev.lethe.report.Fact;
import dev.lethe.tracker.score.RunAggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What the report says of a forgetting study, in words for people. */
final class ReportContents {
    private ReportContents() {}

    static ForgettingReportContent of(ForgettingResults results, DataSet data, RunAggregate aggregate,
            List<ReportedRun> runs, double[] suspicion) {
        return new ForgettingReportContent("Forgetting study: " + results.data() + ", " + results.model(), "",
                facts(results), data, aggregate, runs, suspicion, Map.of());
    }

    static List<Fact> facts(ForgettingResults results) {
        Optional<ForgettingResults.Paper> paper = Optional.ofNullable(results.paper());
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Training images", String.format(Locale.ROOT, "%,d", results.examples()), Optional.empty()));
        facts.add(new Fact("Runs", results.seeds() + " seeds, " + results.epochs() + " epochs each",
                paper.map(p -> "5 seeds, " + p.epochs() + " epochs each")));
        facts.add(new Fact("Unforgettable, one run",
                percent(mean(results, ForgettingResults.Seed::unforgettableFraction)),
                paper.map(p -> paperPercent(p.unforgettableFractionOneSeed()))));
        facts.add(new Fact("Unforgettable in every run", percent(results.unforgettableFraction()),
                paper.map(p -> paperPercent(p.unforgettableFractionFiveSeeds()))));
        facts.add(new Fact("Mean forgetting events of a learned image", number(results.meanEvents()),
                paper.map(p -> number(p.meanEvents()))));
        facts.add(new Fact("Never learned, images a run", number(mean(results, ForgettingResults.Seed::neverLearned)),
                Optional.empty()));
        if (!Double.isNaN(results.pearsonBetweenSeeds())) {
            facts.add(new Fact("Pearson correlation of events between runs", number(results.pearsonBetweenSeeds()),
                    Optional.empty()));
        }
        facts.add(new Fact("Test accuracy", percent(mean(results, ForgettingResults.Seed::testAccuracy)),
                Optional.empty()));
        facts.add(new Fact("Speed",
                String.format(Locale.ROOT, "%,.0f images/s", mean(results, ForgettingResults.Seed::imagesPerSecond)),
                Optional.empty()));
        facts.add(new Fact("Cost of tracking", percent(mean(results, s -> s.trackerSeconds() / s.trainSeconds())),
                Optional.empty()));
        return facts;
    }

    private static double mean(ForgettingResults results, ToDoubleFunction<ForgettingResults.Seed> value) {
        return results.perSeed().stream().mapToDouble(value).average().orElseThrow();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", 100 * share);
    }

    /** With the digits that the paper gives. */
    private static String paperPercent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
