package dev.lethe.study.forgetting;

import dev.lethe.report.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Table of a forgetting study on the terminal. */
final class ForgettingTable {
    private static final String ROW = "%-12s %15s %12s %14s %14s %12s %9s";
    private static final double PERCENT = 100;

    private ForgettingTable() {}

    static List<String> lines(ForgettingResults results) {
        List<String> lines = new ArrayList<>();
        lines.add(row("", "unforgettable", "mean events", "never learned", "test accuracy", "images/s", "tracking"));
        for (ForgettingResults.Seed seed : results.perSeed()) {
            lines.add(row("seed " + seed.seed(), percent(seed.unforgettableFraction()),
                    number("%.4f", seed.meanEvents()), number("%,d", seed.neverLearned()),
                    percent(seed.testAccuracy()), number("%,.0f", seed.imagesPerSecond()),
                    percent(seed.trackerSeconds() / seed.trainSeconds())));
        }
        if (results.seeds() > 1) {
            lines.add(row("all seeds", percent(results.unforgettableFraction()), number("%.4f", results.meanEvents()),
                    "", "", "", ""));
        }
        if (results.paper() != null) {
            ForgettingResults.Paper paper = results.paper();
            lines.add(row("paper, one", percent(paper.unforgettableFractionOneSeed()),
                    number("%.4f", paper.meanEvents()), "", "", "", ""));
            lines.add(row("paper, five", percent(paper.unforgettableFractionFiveSeeds()), "", "", "", "", ""));
            lines.add("(the paper: Toneva et al., ICLR 2019, " + paper.epochs() + " epochs)");
        }
        if (!Double.isNaN(results.pearsonBetweenSeeds())) {
            lines.add("Pearson's correlation of forgetting events between seeds: "
                    + Text.number(results.pearsonBetweenSeeds(), 3));
        }
        return lines;
    }

    private static String row(String... cells) {
        return String.format(ROW, (Object[]) cells);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", PERCENT * share);
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
