package dev.lethe.cli;

import dev.lethe.study.ForgettingResults;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** The table that a forgetting study ends with. */
final class ForgettingSummary {
    private static final String ROW = "%-12s %15s %12s %14s %14s %12s %9s%n";
    private static final double PERCENT = 100;

    private ForgettingSummary() {}

    static void print(PrintWriter out, ForgettingResults results, Path folder) {
        out.println();
        row(out, "", "unforgettable", "mean events", "never learned", "test accuracy", "images/s", "tracking");
        for (ForgettingResults.Seed seed : results.perSeed()) {
            row(out, "seed " + seed.seed(), percent(seed.unforgettableFraction()), number("%.4f", seed.meanEvents()),
                    number("%,d", seed.neverLearned()), percent(seed.testAccuracy()),
                    number("%,.0f", seed.imagesPerSecond()), percent(seed.trackerSeconds() / seed.trainSeconds()));
        }
        if (results.seeds() > 1) {
            row(out, "all seeds", percent(results.unforgettableFraction()), number("%.4f", results.meanEvents()), "",
                    "",
                    "", "");
        }
        if (results.paper() != null) {
            ForgettingResults.Paper paper = results.paper();
            row(out, "paper, one", percent(paper.unforgettableFractionOneSeed()), number("%.4f", paper.meanEvents()),
                    "",
                    "", "", "");
            row(out, "paper, five", percent(paper.unforgettableFractionFiveSeeds()), "", "", "", "", "");
            out.printf("(the paper: Toneva et al., ICLR 2019, %d epochs)%n", paper.epochs());
        }
        out.println();
        out.printf(Locale.ROOT,
                "%,d of %,d images of %s were learned and never forgotten by any of %d network%s in %d epochs.%n",
                Math.round(results.unforgettableFraction() * results.examples()), results.examples(), results.data(),
                results.seeds(), results.seeds() == 1 ? "" : "s", results.epochs());
        if (results.pearsonBetweenSeeds() != null) {
            out.printf(Locale.ROOT, "Correlation of forgetting events between seeds (Pearson): %.3f%n",
                    results.pearsonBetweenSeeds());
        }
        out.println("Report: " + folder.resolve("report.html"));
        out.flush();
    }

    private static void row(PrintWriter out, String... cells) {
        out.printf(ROW, (Object[]) cells);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", PERCENT * share);
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
