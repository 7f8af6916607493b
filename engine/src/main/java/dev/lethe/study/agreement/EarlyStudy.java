package dev.lethe.study.agreement;

import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.Fact;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.report.XyFigure;
import dev.lethe.run.RankingStability;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.study.Claim;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.History;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.PrefixAgreement;
import dev.lethe.tracker.rank.PrefixComparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * After how many epochs is the ranking what it will be in the end? Toneva et al., ICLR 2019, appendix; and what a rule
 * that stops a run when its ranking has become stable would have saved.
 */
public final class EarlyStudy implements Study {
    private static final StudyOption<Double> STABLE = StudyOption
            .of("--stop-when-stable", "CORRELATION", OptionValue.NUMBER,
                    "The rule: stop when the ranking has at least this correlation (Spearman) with that after four "
                            + "fifths of the epochs so far. lethe train --stop-when-stable follows it.")
            .byDefault(String.valueOf(RankingStability.USUAL));

    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("early",
            "After how many epochs is the ranking what it will be in the end, and where would a rule stop?",
            List.of(STABLE), request -> new EarlyStudy(new RankingStability(request.value(STABLE))));
    /** Of the most forgotten, whose overlap is shown beside the correlation. */
    private static final double SHARE = 0.02;
    private static final double PLATEAU = 0.95;
    private static final int MOST_POINTS = 100;

    private final RankingStability rule;

    /**
     * A study of early rankings.
     *
     * @param rule that would stop a run
     */
    public EarlyStudy(RankingStability rule) {
        this.rule = rule;
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        return Map.of("stable", rule.threshold());
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return settings.specs();
    }

    /**
     * {@code results.json}.
     *
     * @param plateauEpoch the first epoch from which on Spearman's correlation with the final ranking is at least 0.95
     *        in the mean over runs
     * @param threshold of the rule that stops
     * @param stops what it would have done to each run
     */
    public record Results(String data, String model, int epochs, int seeds, List<Point> points, int plateauEpoch,
            double threshold, List<Stop> stops) {}

    /**
     * The ranking after so many epochs against the final one, mean over runs.
     *
     * @param epoch from 1
     * @param spearman correlation, never-learned examples last
     * @param overlapOfMostForgotten part of the 2% most forgotten that is in both
     */
    public record Point(int epoch, double spearman, double overlapOfMostForgotten) {}

    /**
     * Where the rule would have stopped a run.
     *
     * @param seed of the run
     * @param epoch after which it would have stopped; null where it would have trained to the end
     * @param spearman correlation of the ranking then with the final one; NaN where it is not defined
     */
    public record Stop(long seed, Integer epoch, double spearman) {}

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        int epochs = settings.run().training().epochs();
        int[] shown = shown(epochs);
        double[][] spearman = new double[settings.seeds()][];
        double[][] overlap = new double[settings.seeds()][];
        List<Stop> stops = new ArrayList<>();
        List<FinishedRun> runs = context.seeds();
        for (int run = 0; run < runs.size(); run++) {
            try (History history = runs.get(run).history()) {
                List<PrefixAgreement> agreements = PrefixComparison.spearman(SHARE).of(history, shown);
                spearman[run] = agreements.stream().mapToDouble(EarlyStudy::spearman).toArray();
                overlap[run] = agreements.stream().mapToDouble(PrefixAgreement::hardestOverlap).toArray();
                OptionalInt stop = rule.firstStable(history);
                stops.add(new Stop(runs.get(run).spec().settings().training().seed(),
                        stop.isPresent() ? stop.getAsInt() : null,
                        stop.isPresent()
                                ? spearman(PrefixComparison.spearman(SHARE).of(history, stop.getAsInt()).getFirst())
                                : Double.NaN));
            }
        }
        double[] mean = mean(spearman);
        double[] meanOverlap = mean(overlap);
        int plateau = shown[plateau(mean)];
        List<Point> points = IntStream.range(0, shown.length)
                .mapToObj(i -> new Point(shown[i], mean[i], meanOverlap[i])).toList();
        Results results = new Results(context.data().name(), settings.run().model(), epochs, settings.seeds(), points,
                plateau, rule.threshold(), stops);
        return new StudyOutcome("Early rankings: " + results.data() + ", " + results.model(), results,
                finding(results), List.of(), facts(results),
                claims(results), List.of(Section.of("The ranking after n epochs and the final one",
                        Block.figures(figure(shown, spearman, mean, meanOverlap)), table(results))),
                Map.of());
    }

    private static double spearman(PrefixAgreement agreement) {
        return agreement.correlation(CorrelationCoefficient.SPEARMAN);
    }

    /** All epochs, or as many as can be told apart, the last among them. */
    private static int[] shown(int epochs) {
        int points = Math.min(epochs, MOST_POINTS);
        return IntStream.rangeClosed(1, points).map(i -> (int) Math.round((double) i * epochs / points)).distinct()
                .toArray();
    }

    private static double[] mean(double[][] runs) {
        return IntStream.range(0, runs[0].length).mapToDouble(i -> Arrays.stream(runs)
                .mapToDouble(run -> run[i]).average().orElseThrow()).toArray();
    }

    /** The first index from which on no mean is under the plateau. */
    private static int plateau(double[] mean) {
        int at = mean.length - 1;
        while (at > 0 && mean[at - 1] >= PLATEAU) {
            at--;
        }
        return at;
    }

    private static Figure figure(int[] shown, double[][] spearman, double[] mean, double[] overlap) {
        double[] x = IntStream.of(shown).asDoubleStream().toArray();
        double[] low = IntStream.range(0, x.length)
                .mapToDouble(i -> Arrays.stream(spearman).mapToDouble(run -> run[i]).min().orElseThrow())
                .toArray();
        double[] high = IntStream.range(0, x.length)
                .mapToDouble(i -> Arrays.stream(spearman).mapToDouble(run -> run[i]).max().orElseThrow())
                .toArray();
        return XyFigure.of(Axis.of("epochs", Axis.Scale.WHOLE), Axis.of("agreement", Axis.Scale.LINEAR).to(1.02))
                .band("Spearman's correlation of ranks", Ink.BLUE, x, mean, low, high)
                .line("overlap of the 2% most forgotten", Ink.ORANGE, x, overlap)
                .whole("early-agreement",
                        "The ranking by forgetting events after so many epochs against the ranking at "
                                + "the end of the run: mean over runs, and the range of Spearman's correlation.",
                        "Line chart: agreement of the ranking after n epochs with the final ranking");
    }

    private static Block table(Results results) {
        return Block.table(List.of("seed", "the rule stops after epoch", "Spearman's correlation then"),
                results.stops().stream().map(stop -> List.of(String.valueOf(stop.seed()),
                        stop.epoch() == null ? "not before the end" : String.valueOf(stop.epoch()),
                        Double.isNaN(stop.spearman()) ? "" : Text.number(stop.spearman(), 3))).toList());
    }

    private static Paragraph finding(Results results) {
        long stopped = results.stops().stream().filter(stop -> stop.epoch() != null).count();
        String rule = stopped == 0
                ? "The rule (stop when rankings a fifth of the run apart correlate by " + results.threshold()
                        + ") would not have stopped any run before its end."
                : String.format(Locale.ROOT,
                        "The rule (stop when rankings a fifth of the run apart correlate by %s) would "
                                + "have stopped %d of %d runs, after %.0f epochs in the mean, at a "
                                + "correlation of %s with the "
                                + "final ranking.",
                        results.threshold(), stopped, results.seeds(),
                        results.stops().stream().filter(stop -> stop.epoch() != null).mapToInt(Stop::epoch).average()
                                .orElseThrow(),
                        Text.number(results.stops().stream().filter(stop -> !Double.isNaN(stop.spearman()))
                                .mapToDouble(Stop::spearman).average().orElse(Double.NaN), 3));
        return Paragraph.EMPTY.strong("From epoch " + results.plateauEpoch() + " of " + results.epochs()
                + " on, the ranking correlates with the final one by at least " + PLATEAU)
                .plain(" (Spearman). " + rule);
    }

    private static List<Fact> facts(Results results) {
        return List.of(
                new Fact("Runs", results.seeds() + " seeds, " + results.epochs() + " epochs each",
                        Optional.of("200 epochs (CIFAR-10)")),
                new Fact("Epoch from which on the correlation is at least " + PLATEAU,
                        String.valueOf(results.plateauEpoch()), Optional.of("25 reasonable, 75 stable")));
    }

    private static List<Claim> claims(Results results) {
        double share = (double) results.plateauEpoch() / results.epochs();
        return List.of(Claim.of("the ranking is stable long before the end", "after 75 of 200 epochs",
                "after " + results.plateauEpoch() + " of " + results.epochs() + " epochs", share <= 0.5,
                results.epochs() < 200 ? "a short run is still learning when it ends" : "")
                .comparable(results.data().equals("cifar10")));
    }
}
