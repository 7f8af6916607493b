package dev.lethe.study.forgetting;

import dev.lethe.report.Fact;
import dev.lethe.report.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Summary of a forgetting study, beside the paper's figures. */
final class ForgettingFacts {
    private final ForgettingResults results;

    private ForgettingFacts(ForgettingResults results) {
        this.results = results;
    }

    /** Makes the rows of the summary. */
    static List<Fact> of(ForgettingResults results) {
        return new ForgettingFacts(results).rows();
    }

    private List<Fact> rows() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Training images", Text.count(results.examples())));
        facts.add(new Fact("Runs",
                Text.count(results.seeds(), "seed") + ", " + Text.count(results.epochs(), "epoch") + " each",
                paper(p -> "5 seeds, " + p.epochs() + " epochs each")));
        facts.add(new Fact("Unforgettable, one run",
                Text.percent(mean(ForgettingResults.Seed::unforgettableFraction), 2),
                paper(p -> Text.percent(p.unforgettableFractionOneSeed(), 1))));
        facts.add(new Fact("Unforgettable in every run", Text.percent(results.unforgettableFraction(), 2),
                paper(p -> Text.percent(p.unforgettableFractionFiveSeeds(), 1))));
        facts.add(new Fact("Mean forgetting events of a learned image", significant(results.meanEvents()),
                paper(p -> significant(p.meanEvents()))));
        facts.add(new Fact("Never learned, images a run", significant(mean(ForgettingResults.Seed::neverLearned))));
        if (!Double.isNaN(results.pearsonBetweenSeeds())) {
            facts.add(new Fact("Pearson's correlation of events between runs",
                    Text.number(results.pearsonBetweenSeeds(), 3)));
        }
        facts.add(new Fact("Test accuracy", Text.percent(mean(ForgettingResults.Seed::testAccuracy), 2)));
        facts.add(new Fact("Speed", Text.number(mean(ForgettingResults.Seed::imagesPerSecond), 0) + " images/s"));
        facts.add(new Fact("Cost of tracking", Text.percent(mean(s -> s.trackerSeconds() / s.trainSeconds()), 2)));
        return facts;
    }

    private String paper(Function<ForgettingResults.Paper, String> figure) {
        return Optional.ofNullable(results.paper()).map(figure).orElse("");
    }

    private double mean(ToDoubleFunction<ForgettingResults.Seed> value) {
        return results.perSeed().stream().mapToDouble(value).average().orElseThrow();
    }

    /** Returns a number with four significant digits. */
    private static String significant(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
