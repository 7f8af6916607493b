package dev.lethe.study.noise;

import dev.lethe.data.DataSet;
import dev.lethe.data.LabelNoise;
import dev.lethe.report.Block;
import dev.lethe.report.Fact;
import dev.lethe.report.Figure;
import dev.lethe.report.GroupHistogram;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.study.Claim;
import dev.lethe.study.EventShares;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Are examples with a wrong label forgotten more, and can they be found? Labels are made wrong on purpose, networks
 * trained on them, and others on the right ones: Toneva et al., ICLR 2019, section 5; scores as detectors of wrong
 * labels as Pleiss et al., NeurIPS 2020, compare them.
 */
public final class NoiseStudy implements Study {
    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("noise",
            "Are images with a wrong label forgotten more, and which score finds them? Gives a fifth of the training "
                    + "images a wrong label (or the share of --label-noise), trains on these and on the right ones, "
                    + "and compares.",
            List.of(), true, request -> new NoiseStudy(request.labelNoise(NoiseStudy.USUAL_SHARE)));
    /** Share of wrong labels in the paper. */
    private static final double USUAL_SHARE = 0.2;

    private static final Paragraph MEASURES = Paragraph.of("Every score orders the training images by how suspect "
            + "their labels are. AUROC: how likely a wrong label comes before a right one. Precision at the true "
            + "count: the share of wrong labels among as many of the first images as there are wrong labels. Hard or "
            + "wrong: AUROC among the images that some run forgot or did not learn, where wrong labels must be told "
            + "from hard images. All runs together; ").code("results.json").plain(" has each run alone.");

    private final LabelNoise noise;

    /**
     * A study of wrong labels.
     *
     * @param noise which labels are made wrong
     */
    public NoiseStudy(LabelNoise noise) {
        this.noise = noise;
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        return noise.asMap();
    }

    private StudySettings noisy(StudySettings settings) {
        return settings.with(settings.changes().with(noise));
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return Stream.concat(noisy(settings).specs().stream(), settings.specs().stream()).toList();
    }

    @Override
    public void requireFits(DataSet data) {
        int examples = data.train().examples();
        if (noise.wrong(examples).cardinality() == examples) {
            throw new IllegalArgumentException("label noise share=" + noise.share() + " makes all " + examples
                    + " labels wrong: choose a smaller share, so that some are right to be told from them");
        }
    }

    @Override
    public StudyOutcome conclude(StudyContext clean) throws IOException {
        StudyContext context = clean.with(noisy(clean.settings()));
        StudySettings settings = context.settings();
        DataSet data = context.data();
        BitSet wrong = noise.wrong(data.train().examples());
        BitSet regular = new BitSet();
        regular.set(0, data.train().examples());
        regular.andNot(wrong);

        List<RunScores> noisyRuns = context.scores(settings.specs());
        List<RunScores> cleanRuns = context.scores(clean.settings().specs());
        List<WeightedMeans> weighted = new ArrayList<>();
        for (FinishedRun run : context.seeds()) {
            weighted.add(run.weightedMeans());
        }
        List<ForgettingScores> noisyEvents = noisyRuns.stream().map(RunScores::forgetting).toList();
        Groups groups = new Groups(EventShares.of(noisyEvents, wrong), EventShares.of(noisyEvents, regular),
                EventShares.of(cleanRuns.stream().map(RunScores::forgetting).toList(), wrong));
        RunAggregate aggregate = RunAggregate.of(noisyRuns);
        Map<Score, Detection> detections = detections(aggregate, weighted, wrong);
        NoiseResults results = results(context, clean, data, groups, detections, amongHard(aggregate, weighted, wrong),
                perSeed(context, noisyRuns, weighted, wrong));
        List<Figure> figures = new ArrayList<>(groups.figures());
        figures.addAll(DetectionFigures.of(detections));
        return new StudyOutcome("Label noise: " + data.name() + ", " + settings.run().model(), results,
                finding(results), table(results), facts(results), claims(results), sections(results, figures),
                Map.of("suspects.csv", new Suspects(data, context, wrong)::write));
    }

    private static Map<Score, Detection> detections(RunAggregate runs, List<WeightedMeans> weighted, BitSet wrong) {
        Map<Score, Detection> detections = new EnumMap<>(Score.class);
        LabelSuspicion.byScore(runs, weighted).forEach((score, values) -> detections.put(score,
                Detection.of(values, wrong)));
        return detections;
    }

    /**
     * Detection among the examples that are not unforgettable, which are hard or wrong; empty where these are all right
     * or all wrong.
     */
    private static Map<String, Double> amongHard(RunAggregate runs, List<WeightedMeans> weighted, BitSet wrong) {
        int[] hard = IntStream.range(0, runs.examples()).filter(id -> !runs.unforgettable(id)).toArray();
        BitSet wrongOfHard = new BitSet();
        IntStream.range(0, hard.length).filter(i -> wrong.get(hard[i])).forEach(wrongOfHard::set);
        Map<String, Double> auroc = new LinkedHashMap<>();
        if (!wrongOfHard.isEmpty() && wrongOfHard.cardinality() < hard.length) {
            LabelSuspicion.byScore(runs, weighted).forEach((score, values) -> auroc.put(score.text(),
                    Detection.of(IntStream.of(hard).mapToDouble(id -> values[id]).toArray(), wrongOfHard).auroc()));
        }
        return auroc;
    }

    private static List<NoiseResults.Seed> perSeed(StudyContext context, List<RunScores> runs,
            List<WeightedMeans> weighted, BitSet wrong) throws IOException {
        List<NoiseResults.Seed> seeds = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            RunSpec spec = context.settings().specs().get(i);
            Map<Score, Detection> alone = detections(RunAggregate.of(List.of(runs.get(i))), List.of(weighted.get(i)),
                    wrong);
            seeds.add(new NoiseResults.Seed(spec.settings().training().seed(), context.accuracy(spec),
                    measured(alone, Detection::auroc),
                    measured(alone, Detection::averagePrecision),
                    measured(alone, Detection::precisionAtCount)));
        }
        return seeds;
    }

    private NoiseResults results(StudyContext context, StudyContext right, DataSet data, Groups groups,
            Map<Score, Detection> detections, Map<String, Double> amongHard, List<NoiseResults.Seed> perSeed)
            throws IOException {
        StudySettings settings = context.settings();
        double clean = 0;
        for (RunSpec spec : right.settings().specs()) {
            clean += context.accuracy(spec) / settings.seeds();
        }
        return new NoiseResults(data.name(), settings.run().model(), data.train().examples(),
                settings.run().training().epochs(), settings.seeds(), noise.share(), noise.kind().text(),
                noise.wrong(data.train().examples()).cardinality(), NoiseResults.Group.of(groups.noisy()),
                NoiseResults.Group.of(groups.regular()), NoiseResults.Group.of(groups.before()),
                perSeed.stream().mapToDouble(NoiseResults.Seed::testAccuracy).average().orElseThrow(), clean,
                measured(detections, Detection::auroc),
                measured(detections, Detection::averagePrecision),
                measured(detections, Detection::precisionAtCount), amongHard, perSeed);
    }

    /** Returns a measure of each detection by the name of the score in results. */
    private static Map<String, Double> measured(Map<Score, Detection> detections,
            ToDoubleFunction<Detection> measure) {
        Map<String, Double> values = new LinkedHashMap<>();
        detections.forEach((score, detection) -> values.put(score.text(), measure.applyAsDouble(detection)));
        return values;
    }

    /** What is compared. */
    private record Groups(EventShares noisy, EventShares regular, EventShares before) {
        List<Figure> figures() {
            return List.of(
                    new GroupHistogram().add("wrong label", Ink.VERMILLION, noisy.byEvents(), noisy.neverLearned())
                            .add("right label", Ink.BLUE, regular.byEvents(), regular.neverLearned())
                            .whole("noisy-and-regular", "Images with a wrong label and the others, in the same runs: "
                                    + "the share of each group that was forgotten so many times. What was never "
                                    + "learned was never forgotten either, and has a bar of its own.",
                                    "Bar chart: forgetting events of images with wrong and with right labels"),
                    new GroupHistogram()
                            .add("before: their right labels", Ink.BLUE, before.byEvents(), before.neverLearned())
                            .add("after: wrong labels", Ink.VERMILLION, noisy.byEvents(), noisy.neverLearned())
                            .whole("before-and-after", "The same images before and after their labels were changed.",
                                    "Bar chart: forgetting events of the same images with right and wrong labels"));
        }
    }

    private static Paragraph finding(NoiseResults results) {
        String score = Score.COMBINED.text();
        return Paragraph.EMPTY.strong("Of the " + Text.count(results.noisyExamples(), "image") + " with a wrong label, "
                + Text.percent(results.noisy().unforgettableFraction()) + " are unforgettable, and "
                + Text.percent(results.noisy().neverLearnedFraction()) + " are never learned").plain("; of the others "
                        + Text.percent(results.regular().unforgettableFraction()) + " and "
                        + Text.percent(results.regular().neverLearnedFraction()) + ". "
                        + (memorised(results)
                                ? "The network memorises wrong labels. "
                                : "This network hardly memorises wrong labels: what it never learns it cannot forget. ")
                        + "Counts of forgetting events alone "
                        + worth(results.auroc().get(Score.FORGETTING_EVENTS.text()))
                        + ". "
                        + "A wrong label that was learned is forgotten "
                        + events(results.noisy()) + " times, a right one " + events(results.regular())
                        + " times. By the combined score, "
                        + Text.percent(results.precisionAtCount().get(score), 1) + " of the "
                        + Text.count(results.noisyExamples())
                        + " most suspect images have a wrong label (AUROC " + Text.number(results.auroc().get(score), 4)
                        + ").");
    }

    /** What an AUROC says, in words. */
    private static String worth(double auroc) {
        if (Math.abs(auroc - 0.5) < 0.05) {
            return "tell nothing";
        }
        return auroc < 0.5 ? "point the wrong way" : "are higher for wrong labels";
    }

    private static boolean memorised(NoiseResults results) {
        return results.noisy().neverLearnedFraction() < 0.5;
    }

    private static String events(NoiseResults.Group group) {
        return Double.isNaN(group.meanEvents()) ? "no" : Text.number(group.meanEvents(), 2);
    }

    private static List<String> table(NoiseResults results) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-20s %10s %20s %22s", "score", "AUROC", "average precision",
                "precision at count"));
        results.auroc().forEach((name, value) -> lines.add(String.format(Locale.ROOT,
                "%-20s %10.5f %20.4f %22.4f", name, value, results.averagePrecision().get(name),
                results.precisionAtCount().get(name))));
        lines.add("");
        return lines;
    }

    private static List<Fact> facts(NoiseResults results) {
        List<Fact> facts = new ArrayList<>();
        facts.add(fact("Training images", Text.count(results.examples())));
        facts.add(fact("With a wrong label", Text.count(results.noisyExamples()) + ", " + results.noiseKind()));
        facts.add(fact("Runs", results.seeds() + " on wrong labels and " + results.seeds() + " on right ones, "
                + Text.count(results.epochs(), "epoch") + " each"));
        facts.add(fact("Test accuracy, trained on wrong labels", Text.percent(results.testAccuracyNoisy(), 2)));
        facts.add(fact("Test accuracy, trained on right labels", Text.percent(results.testAccuracyClean(), 2)));
        return facts;
    }

    private static Fact fact(String label, String value) {
        return new Fact(label, value, Optional.empty());
    }

    private static List<Claim> claims(NoiseResults results) {
        boolean cifar = results.data().equals("cifar10");
        double unforgettable = results.noisy().unforgettableFraction();
        double noisyEvents = results.noisy().meanEventsOfAll();
        double others = results.regular().meanEventsOfAll();
        String small = memorised(results)
                ? ""
                : "most wrong labels are never learned here; among those that are learned, wrong labels are forgotten "
                        + events(results.noisy()) + " times and right ones " + events(results.regular()) + " times";
        return List.of(
                Claim.of("images with a wrong label that are unforgettable", cifar ? "none" : "none (CIFAR-10)",
                        Text.percent(unforgettable), unforgettable < 0.01,
                        unforgettable < 0.01 ? "under 1% is taken to agree" : ""),
                Claim.of("images with a wrong label are forgotten more: mean events, wrong and right labels",
                        "about 13 and under 5", Text.number(noisyEvents, 2) + " and " + Text.number(others, 2),
                        noisyEvents > others, small),
                Claim.of("the same images are forgotten more after their labels were changed: after and before",
                        "more", Text.number(noisyEvents, 2) + " and "
                                + Text.number(results.before().meanEventsOfAll(), 2),
                        noisyEvents > results.before().meanEventsOfAll(), small));
    }

    private static List<Section> sections(NoiseResults results, List<Figure> figures) {
        List<List<String>> rows = new ArrayList<>();
        for (Score score : Score.ofLabelErrors()) {
            String name = score.text();
            rows.add(List.of(score.title(), Text.number(results.auroc().get(name), 5),
                    Text.number(results.averagePrecision().get(name), 4),
                    Text.number(results.precisionAtCount().get(name), 4),
                    Text.number(results.aurocAmongHard().getOrDefault(name, Double.NaN), 4)));
        }
        return List.of(
                Section.of("Are wrong labels forgotten more?", Block.figures(figures.get(0), figures.get(1))),
                Section.of("Finding wrong labels",
                        Block.note(MEASURES),
                        Block.table(List.of("score", "AUROC", "average precision", "precision at the true count",
                                "hard or wrong"),
                                rows),
                        Block.figures(figures.get(2), figures.get(3))));
    }
}
