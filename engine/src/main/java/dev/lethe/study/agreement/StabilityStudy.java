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
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Claim;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyRequest;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.rank.NeverLearned;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Do networks agree on which examples are forgotten, whatever their seed and architecture? Toneva et al., ICLR 2019,
 * section 4.
 */
public final class StabilityStudy implements Study {
    private static final StudyOption<String> AGAINST = StudyOption.of("--against", "MODEL",
            OptionValue.NETWORK,
            "Another network to compare with, trained by its own recipe.");
    private static final StudyOption<Integer> AGAINST_EPOCHS = StudyOption.of("--against-epochs", "N",
            OptionValue.WHOLE_NUMBER, "Epochs of its runs. Default: the preset's for that model.");

    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("stability",
            "Do networks agree on which images are forgotten, whatever their seed and architecture? Correlates seeds, "
                    + "and lets the ranking of some runs, or of another network, find what the others forget.",
            List.of(AGAINST, AGAINST_EPOCHS), StabilityStudy::of);
    private static final double PAPER_PAIRS = 0.892;
    private static final double PAPER_SUMS = 0.976;
    private static final double NEAR = 0.05;

    private final Optional<RunSettings> other;

    /** Makes a study of one network. */
    public StabilityStudy() {
        this.other = Optional.empty();
    }

    /**
     * Makes a study of two networks.
     *
     * @param other settings of runs of the network to compare with, whatever their seed
     */
    public StabilityStudy(RunSettings other) {
        this.other = Optional.of(other);
    }

    private static StabilityStudy of(StudyRequest request) {
        Optional<String> against = request.find(AGAINST);
        Optional<Integer> epochs = request.find(AGAINST_EPOCHS);
        if (epochs.isPresent() && against.isEmpty()) {
            throw new IllegalArgumentException("--against-epochs=" + epochs.get()
                    + " is of the network of --against: give that too");
        }
        return against.map(model -> new StabilityStudy(epochs.map(number -> request.network(model, number))
                .orElseGet(() -> request.network(model)))).orElseGet(StabilityStudy::new);
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        other.ifPresent(run -> {
            map.put("against", run.model());
            map.put("against_epochs", run.training().epochs());
        });
        return map;
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        if (settings.seeds() < 2) {
            throw new IllegalArgumentException("seeds=" + settings.seeds() + ": stability compares at least 2");
        }
        if (other.isPresent() && settings.with(other.get()).specs().equals(settings.specs())) {
            throw new IllegalArgumentException("against=" + other.get().model() + " is the network that is trained, by "
                    + "the same recipe: compare with another");
        }
        List<RunSpec> runs = new ArrayList<>(settings.specs());
        other.ifPresent(run -> runs.addAll(settings.with(run).specs()));
        return runs;
    }

    /**
     * {@code results.json}.
     *
     * @param pearson of forgetting events between seeds, over the examples that both learned
     * @param pearsonOfSums between the sums of two halves of the runs, over ways to halve them; null for fewer than
     *        4 runs
     * @param unforgettable share of the examples that are unforgettable in the first 1, 2, 3, ... runs
     * @param against the other network; null where there is none
     * @param pearsonBetweenNetworks correlation of the sums of events of both networks; NaN where there is no other
     * @param averagePrecisionOfOther average precision of the other network's ranking for the examples that the second
     *        half of this network's runs forgets; NaN where there is no other network
     * @param averagePrecisionOfSeeds average precision of the ranking by the first half of this network's runs for the
     *        same examples; NaN where all or none are forgotten
     */
    public record Results(String data, String model, int epochs, int seeds, Agreement pearson, Agreement pearsonOfSums,
            List<Double> unforgettable, String against, double pearsonBetweenNetworks, double averagePrecisionOfOther,
            double averagePrecisionOfSeeds) {}

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        List<RunScores> runs = context.scores(settings.specs());
        List<ForgettingScores> events = runs.stream().map(RunScores::forgetting).toList();
        List<RunScores> others = other.isPresent()
                ? context.scores(settings.with(other.get()).specs())
                : List.of();
        MeanWithInterval pairs = MeanWithInterval.ofPairs(events);
        MeanWithInterval sums = MeanWithInterval.ofHalves(runs);
        int half = runs.size() / 2; // as many rank as there are, and the others are what is to be found
        RunAggregate truth = RunAggregate.of(runs.subList(half, runs.size()));
        Optional<Detection> byOther = others.isEmpty()
                ? Optional.empty()
                : detection(truth, RunAggregate.of(others.subList(0, half)));
        Optional<Detection> bySeeds = detection(truth, RunAggregate.of(runs.subList(0, half)));
        Results results = new Results(context.data().name(), settings.run().model(),
                settings.run().training().epochs(), settings.seeds(), pairs, sums, unforgettable(runs),
                other.map(RunSettings::model).orElse(null),
                others.isEmpty()
                        ? Double.NaN
                        : Agreement.pearson(RunAggregate.of(runs), RunAggregate.of(others)),
                byOther.map(Detection::averagePrecision).orElse(Double.NaN),
                bySeeds.map(Detection::averagePrecision).orElse(Double.NaN));
        return new StudyOutcome("Stability: " + results.data() + ", " + results.model(), results, finding(results),
                List.of(), facts(results), claims(results),
                List.of(Section.of("Do seeds agree?",
                        Block.figures(bands(events), scatter(events), shrinking(results))),
                        Section.of("Does one ranking tell another?",
                                Block.figures(precisionRecall(bySeeds, byOther, results)))),
                Map.of());
    }

    /** How well a ranking finds what other runs forget or never learn; empty where that is all or nothing. */
    private static Optional<Detection> detection(RunAggregate truth, RunAggregate ranking) {
        BitSet forgotten = new BitSet();
        IntStream.range(0, truth.examples()).filter(id -> !truth.unforgettable(id)).forEach(forgotten::set);
        int count = forgotten.cardinality();
        return count == 0 || count == truth.examples()
                ? Optional.empty()
                : Optional.of(Detection.of(Score.NEVER_LEARNED_LAST.hardness(ranking), forgotten));
    }

    private static List<Double> unforgettable(List<RunScores> runs) {
        return IntStream.rangeClosed(1, runs.size()).mapToObj(n -> RunAggregate.of(runs.subList(0, n)))
                .map(aggregate -> (double) aggregate.unforgettableCount() / aggregate.examples()).toList();
    }

    /** Shares by number of events, with a band from the least to the most of the runs. */
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
                .band("learned images, mean and range of " + runs.size() + " runs", Ink.BLUE, x, mean, low, high)
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

    private static Figure shrinking(Results results) {
        double[] runs = IntStream.rangeClosed(1, results.seeds()).asDoubleStream().toArray();
        return XyFigure.of(Axis.of("runs", Axis.Scale.WHOLE), Axis.of("share of training images", Axis.Scale.PERCENT))
                .line("unforgettable in all of so many runs", Ink.GREEN, runs,
                        results.unforgettable().stream().mapToDouble(share -> share).toArray())
                .half("unforgettable-by-runs", "The share of the training images that are unforgettable in all of the "
                        + "first so many runs: it shrinks the less, the more seeds agree.",
                        "Line chart: share unforgettable in all of so many runs");
    }

    private static Figure precisionRecall(Optional<Detection> bySeeds, Optional<Detection> byOther, Results results) {
        XyFigure figure = XyFigure.of(Axis.of("forgotten images that are found", Axis.Scale.PERCENT).from(0).to(1),
                Axis.of("precision", Axis.Scale.PERCENT).from(0).to(1.02));
        bySeeds.ifPresent(d -> add(figure, "ranked by other seeds", Ink.BLUE, d));
        byOther.ifPresent(d -> add(figure, "ranked by " + results.against(), Ink.VERMILLION, d));
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

    private static Paragraph finding(Results results) {
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

    private static List<Fact> facts(Results results) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Runs", results.seeds() + " seeds, " + results.epochs() + " epochs each",
                Optional.of("10 seeds, 200 epochs each (CIFAR-10)")));
        facts.add(new Fact("Pearson's correlation of two seeds", results.pearson().text(),
                Optional.of(String.valueOf(PAPER_PAIRS))));
        if (results.pearsonOfSums() != null) {
            facts.add(new Fact("Pearson's correlation of sums of " + results.seeds() / 2,
                    results.pearsonOfSums().text(), Optional.of(PAPER_SUMS + " (sums of 5)")));
        }
        if (!Double.isNaN(results.averagePrecisionOfOther())) {
            facts.add(new Fact("Average precision of the ranking by " + results.against(),
                    Text.number(results.averagePrecisionOfOther(), 3), Optional.empty()));
        }
        if (!Double.isNaN(results.averagePrecisionOfSeeds())) {
            facts.add(new Fact("Average precision of the ranking by other seeds",
                    Text.number(results.averagePrecisionOfSeeds(), 3), Optional.empty()));
        }
        return facts;
    }

    private static List<Claim> claims(Results results) {
        String why = results.data().equals("cifar10")
                ? results.model() + ", " + results.epochs() + " epochs"
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
        return claims.stream().map(claim -> claim.comparable(results.data().equals("cifar10"))).toList();
    }
}
