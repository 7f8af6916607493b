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
import dev.lethe.study.StudySubject;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.History;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.PrefixAgreement;
import dev.lethe.tracker.rank.PrefixComparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Study of the number of epochs until the ranking is what it will be in the end (Toneva et al., ICLR 2019, appendix),
 * and of the epochs that a rule would have saved that stops a run when its ranking has become stable.
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

    /** Share of the most forgotten examples whose overlap is shown beside the correlation. */
    private static final double SHARE = 0.02;
    private static final double PLATEAU = 0.95;
    private static final int PAPER_EPOCHS = 200;
    private static final int MOST_POINTS = 100;

    private final RankingStability rule;

    /**
     * Makes a study of early rankings.
     *
     * @param rule rule that would stop a run
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
     * Results of the study: {@code results.json}.
     *
     * @param data name of the data set
     * @param model network of the zoo
     * @param epochs epochs of each run
     * @param seeds number of runs
     * @param points rankings by epoch
     * @param plateauEpoch first epoch from which on Spearman's correlation with the final ranking is at least 0.95 in
     *        the mean over runs
     * @param threshold correlation at which the rule stops
     * @param stops epochs at which the rule would have stopped the runs
     */
    public record Results(String data, String model, int epochs, int seeds, List<Point> points, int plateauEpoch,
            double threshold, List<Stop> stops) {}

    /**
     * The ranking after some epochs against the final one, mean over runs.
     *
     * @param epoch number of epochs, from 1
     * @param spearman correlation of both rankings, never-learned examples last
     * @param overlapOfMostForgotten share of the 2% most forgotten examples that both rankings have
     */
    public record Point(int epoch, double spearman, double overlapOfMostForgotten) {}

    /**
     * The epoch at which the rule would have stopped a run.
     *
     * @param seed seed of the run
     * @param epoch epoch after which it would have stopped; null where it would have trained to the end
     * @param spearman correlation of the ranking then with the final one; NaN where it is not defined
     */
    public record Stop(long seed, @Nullable Integer epoch, double spearman) {}

    /**
     * Early rankings of a run against its final one.
     *
     * @param agreements one for each epoch that is shown
     * @param stop epoch at which the rule would have stopped
     */
    record EarlyRankings(List<PrefixAgreement> agreements, Stop stop) {
        static EarlyRankings of(long seed, History history, RankingStability rule) {
            PrefixComparison comparison = PrefixComparison.spearman(SHARE);
            OptionalInt stop = rule.firstStable(history);
            return new EarlyRankings(comparison.of(history, shown(history.epochs())), stop.isEmpty()
                    ? new Stop(seed, null, Double.NaN)
                    : new Stop(seed, stop.getAsInt(),
                            spearman(comparison.of(history, stop.getAsInt()).getFirst())));
        }

        private double at(int point, ToDoubleFunction<PrefixAgreement> measure) {
            return measure.applyAsDouble(agreements.get(point));
        }
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        List<EarlyRankings> runs = new ArrayList<>();
        for (FinishedRun run : context.seeds()) {
            try (History history = run.history()) {
                runs.add(EarlyRankings.of(run.spec().settings().training().seed(), history, rule));
            }
        }
        return conclude(context.subject(), runs);
    }

    StudyOutcome conclude(StudySubject subject, List<EarlyRankings> runs) {
        Results results = results(subject, runs);
        return new StudyOutcome("Early rankings: " + subject.title(), results, finding(results), List.of(),
                facts(subject, results), List.of(claim(subject, results)),
                List.of(Section.of("The ranking after n epochs and the final one",
                        Block.figures(figure(results, runs)), table(results))),
                Map.of());
    }

    private Results results(StudySubject subject, List<EarlyRankings> runs) {
        int[] shown = shown(subject.epochs());
        List<Point> points = IntStream.range(0, shown.length)
                .mapToObj(i -> new Point(shown[i], values(runs, i, EarlyStudy::spearman).average().orElseThrow(),
                        values(runs, i, PrefixAgreement::hardestOverlap).average().orElseThrow()))
                .toList();
        return new Results(subject.data(), subject.model(), subject.epochs(), subject.seeds(), points,
                plateau(points), rule.threshold(), runs.stream().map(EarlyRankings::stop).toList());
    }

    private static double spearman(PrefixAgreement agreement) {
        return agreement.correlation(CorrelationCoefficient.SPEARMAN);
    }

    /** Returns all epochs, or as many as can be told apart, the last among them. */
    private static int[] shown(int epochs) {
        int points = Math.min(epochs, MOST_POINTS);
        return IntStream.rangeClosed(1, points).map(i -> (int) Math.round((double) i * epochs / points)).distinct()
                .toArray();
    }

    private static DoubleStream values(List<EarlyRankings> runs, int point, ToDoubleFunction<PrefixAgreement> measure) {
        return runs.stream().mapToDouble(run -> run.at(point, measure));
    }

    /** Returns the first epoch from which on no correlation is below the plateau. */
    private static int plateau(List<Point> points) {
        int at = points.size() - 1;
        while (at > 0 && points.get(at - 1).spearman() >= PLATEAU) {
            at--;
        }
        return points.get(at).epoch();
    }

    private static Figure figure(Results results, List<EarlyRankings> runs) {
        List<Point> points = results.points();
        double[] x = points.stream().mapToDouble(Point::epoch).toArray();
        IntStream indices = IntStream.range(0, x.length);
        double[] low = indices.mapToDouble(i -> values(runs, i, EarlyStudy::spearman).min().orElseThrow()).toArray();
        double[] high = IntStream.range(0, x.length)
                .mapToDouble(i -> values(runs, i, EarlyStudy::spearman).max().orElseThrow()).toArray();
        return XyFigure.of(Axis.of("epochs", Axis.Scale.WHOLE), Axis.of("agreement", Axis.Scale.LINEAR).to(1.02))
                .band("Spearman's correlation of ranks", Ink.BLUE, x,
                        points.stream().mapToDouble(Point::spearman).toArray(), low, high)
                .line("overlap of the 2% most forgotten", Ink.ORANGE, x,
                        points.stream().mapToDouble(Point::overlapOfMostForgotten).toArray())
                .whole("early-agreement",
                        "The ranking by forgetting events after so many epochs against the ranking at "
                                + "the end of the run: mean over runs, and the range of Spearman's correlation.",
                        "Line chart: agreement of the ranking after n epochs with the final ranking");
    }

    private static Block table(Results results) {
        return Block.table(List.of("seed", "the rule stops after epoch", "Spearman's correlation then"),
                results.stops().stream().map(stop -> List.of(String.valueOf(stop.seed()),
                        stop.epoch() == null ? "not before the end" : String.valueOf(stop.epoch()),
                        stop.epoch() == null ? "" : Text.number(stop.spearman(), 3))).toList());
    }

    private static Paragraph finding(Results results) {
        return Paragraph.EMPTY.strong("From epoch " + results.plateauEpoch() + " of " + results.epochs()
                + " on, the ranking correlates with the final one by at least " + PLATEAU)
                .plain(" (Spearman). The rule (stop when rankings a fifth of the run apart correlate by "
                        + results.threshold() + ") would " + saved(results));
    }

    private static String saved(Results results) {
        List<Stop> stopped = results.stops().stream().filter(stop -> stop.epoch() != null).toList();
        if (stopped.isEmpty()) {
            return "not have stopped any run before its end.";
        }
        return "have stopped " + stopped.size() + " of " + results.seeds() + " runs, after "
                + Text.number(stopped.stream().mapToInt(Stop::epoch).average().orElseThrow(), 0)
                + " epochs in the mean, at a correlation of "
                + Text.number(stopped.stream().mapToDouble(Stop::spearman).filter(c -> !Double.isNaN(c)).average()
                        .orElse(Double.NaN), 3)
                + " with the final ranking.";
    }

    private static List<Fact> facts(StudySubject subject, Results results) {
        return List.of(new Fact("Runs", subject.runs(), "200 epochs (CIFAR-10)"),
                new Fact("Epoch from which on the correlation is at least " + PLATEAU,
                        String.valueOf(results.plateauEpoch()), "25 reasonable, 75 stable"));
    }

    private static Claim claim(StudySubject subject, Results results) {
        return Claim.of("the ranking is stable long before the end", "after 75 of 200 epochs",
                "after " + results.plateauEpoch() + " of " + Text.count(results.epochs(), "epoch"),
                2 * results.plateauEpoch() <= results.epochs(),
                results.epochs() < PAPER_EPOCHS ? "a short run is still learning when it ends" : "")
                .comparable(subject.isCifar10());
    }
}
