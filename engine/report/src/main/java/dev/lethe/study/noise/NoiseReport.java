package dev.lethe.study.noise;

import dev.lethe.report.Block;
import dev.lethe.report.Fact;
import dev.lethe.report.Figure;
import dev.lethe.report.GroupHistogram;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.study.Claim;
import dev.lethe.study.EventShares;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.tracker.score.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Report of the noise study: finding, tables, claims and figures. */
final class NoiseReport {
    private static final Paragraph MEASURES = Paragraph.of("Every score orders the training images by how suspect "
            + "their labels are. AUROC: how likely a wrong label comes before a right one. Precision at the true "
            + "count: the share of wrong labels among as many of the first images as there are wrong labels. Hard or "
            + "wrong: AUROC among the images that some run forgot or did not learn, where wrong labels must be told "
            + "from hard images. All runs together; ").code("results.json").plain(" has each run alone.");

    private NoiseReport() {}

    /**
     * Makes the outcome of the study.
     *
     * @param subject networks that were trained
     * @param results results of the study
     * @param runs scores that the results were made from
     * @param files files that are written beside the report, by name
     */
    static StudyOutcome outcome(StudySubject subject, NoiseResults results, NoiseRuns runs,
            Map<String, StudyOutcome.FileContent> files) {
        List<Figure> detection = DetectionFigures.of(runs.detections());
        return new StudyOutcome("Label noise: " + subject.title(), results, finding(results), table(results),
                facts(results), claims(results), List.of(
                        Section.of("Are wrong labels forgotten more?",
                                Block.figures(sameRuns(runs), sameImages(runs))),
                        Section.of("Finding wrong labels", Block.note(MEASURES), detectionTable(results),
                                Block.figures(detection.getFirst(), detection.getLast()))),
                files);
    }

    private static Figure sameRuns(NoiseRuns runs) {
        EventShares wrong = runs.ofWrong();
        EventShares right = runs.ofRight();
        return new GroupHistogram().add("wrong label", Ink.VERMILLION, wrong.byEvents(), wrong.neverLearned())
                .add("right label", Ink.BLUE, right.byEvents(), right.neverLearned())
                .whole("noisy-and-regular", "Images with a wrong label and the others, in the same runs: "
                        + "the share of each group by the number of times that it was forgotten. What was never "
                        + "learned was never forgotten either, and has a bar of its own.",
                        "Bar chart: forgetting events of images with wrong and with right labels");
    }

    private static Figure sameImages(NoiseRuns runs) {
        EventShares before = runs.before();
        EventShares after = runs.ofWrong();
        return new GroupHistogram()
                .add("before: their right labels", Ink.BLUE, before.byEvents(), before.neverLearned())
                .add("after: wrong labels", Ink.VERMILLION, after.byEvents(), after.neverLearned())
                .whole("before-and-after", "The same images before and after their labels were changed.",
                        "Bar chart: forgetting events of the same images with right and wrong labels");
    }

    private static Block detectionTable(NoiseResults results) {
        List<List<String>> rows = new ArrayList<>();
        for (Score score : Score.ofLabelErrors()) {
            String name = score.text();
            rows.add(List.of(score.title(), Text.number(of(results.auroc(), name), 5),
                    Text.number(of(results.averagePrecision(), name), 4),
                    Text.number(of(results.precisionAtCount(), name), 4),
                    Text.number(of(results.aurocAmongHard(), name), 4)));
        }
        return Block.table(List.of("score", "AUROC", "average precision", "precision at the true count",
                "hard or wrong"), rows);
    }

    private static Paragraph finding(NoiseResults results) {
        String combined = Score.COMBINED.text();
        return Paragraph.EMPTY
                .strong("Of the " + Text.count(results.noisyExamples(), "image") + " with a wrong label, "
                        + Text.percent(results.noisy().unforgettableFraction()) + " are unforgettable, and "
                        + Text.percent(results.noisy().neverLearnedFraction()) + " are never learned")
                .plain("; of the others " + Text.percent(results.regular().unforgettableFraction()) + " and "
                        + Text.percent(results.regular().neverLearnedFraction()) + ".")
                .plain(results.isMemorised()
                        ? " The network memorises wrong labels."
                        : " This network hardly memorises wrong labels: what it never learns it cannot forget.")
                .plain(" Counts of forgetting events alone "
                        + worth(of(results.auroc(), Score.FORGETTING_EVENTS.text())) + ".")
                .plain(" A wrong label that was learned is forgotten " + events(results.noisy())
                        + " times, a right one " + events(results.regular()) + " times.")
                .plain(" By the combined score, " + Text.percent(of(results.precisionAtCount(), combined), 1)
                        + " of the " + Text.count(results.noisyExamples()) + " most suspect images have a wrong label "
                        + "(AUROC " + Text.number(of(results.auroc(), combined), 4) + ").");
    }

    /** Returns the measure of a score, NaN where it has none. */
    private static double of(Map<String, Double> measures, String score) {
        return measures.getOrDefault(score, Double.NaN);
    }

    /** Says in words what an AUROC means. */
    private static String worth(double auroc) {
        if (Math.abs(auroc - 0.5) < 0.05) {
            return "tell nothing";
        }
        return auroc < 0.5 ? "point the wrong way" : "are higher for wrong labels";
    }

    private static String events(NoiseResults.Group group) {
        return Double.isNaN(group.meanEvents()) ? "no" : Text.number(group.meanEvents(), 2);
    }

    private static List<String> table(NoiseResults results) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-20s %10s %20s %22s", "score", "AUROC", "average precision",
                "precision at count"));
        results.auroc().forEach((name, value) -> lines.add(String.format(Locale.ROOT,
                "%-20s %10.5f %20.4f %22.4f", name, value, of(results.averagePrecision(), name),
                of(results.precisionAtCount(), name))));
        return lines;
    }

    private static List<Fact> facts(NoiseResults results) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Training images", Text.count(results.examples())));
        facts.add(new Fact("With a wrong label", Text.count(results.noisyExamples()) + ", " + results.noiseKind()));
        facts.add(new Fact("Runs", results.seeds() + " on wrong labels and " + results.seeds() + " on right ones, "
                + Text.count(results.epochs(), "epoch") + " each"));
        facts.add(new Fact("Test accuracy, trained on wrong labels", Text.percent(results.testAccuracyNoisy(), 2)));
        facts.add(new Fact("Test accuracy, trained on right labels", Text.percent(results.testAccuracyClean(), 2)));
        return facts;
    }

    private static List<Claim> claims(NoiseResults results) {
        boolean cifar = results.data().equals("cifar10");
        double unforgettable = results.noisy().unforgettableFraction();
        double noisyEvents = results.noisy().meanEventsOfAll();
        double others = results.regular().meanEventsOfAll();
        String small = results.isMemorised()
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
}
