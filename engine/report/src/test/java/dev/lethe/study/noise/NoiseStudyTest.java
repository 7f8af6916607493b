package dev.lethe.study.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.LabelNoise;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.study.MadeUpRuns;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.tracker.score.RunScores;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Conclusions from one run of each kind over five examples. The labels of the first two are wrong: the one is never
 * learned, the other is forgotten once. Of the others one is forgotten once. Margins fall with the id, and other means
 * are equal.
 */
class NoiseStudyTest {
    private static final RunScores NOISY = MadeUpRuns.scores("000", "101", "111", "111", "101");
    private static final RunScores CLEAN = MadeUpRuns.scores("111", "111", "111", "111", "101");
    private static final WeightedMeans WEIGHTED = new WeightedMeans(new float[]{-5, -4, 3, 2, 1},
            new float[]{0.1f, 0.2f, 0.9f, 0.8f, 0.7f});

    private static StudyOutcome outcome(String data) {
        BitSet wrong = new BitSet();
        wrong.set(0, 2);
        NoiseRuns runs = new NoiseRuns(List.of(NOISY), List.of(CLEAN), List.of(WEIGHTED), wrong);
        StudySubject subject = new StudySubject(data, "mnist-cnn", 3, 1);
        return NoiseReport.outcome(subject, NoiseResults.of(subject,
                new LabelNoise(LabelNoise.Kind.SYMMETRIC, 0.4, 0), runs, new double[]{0.8}, new double[]{0.9}), runs,
                Map.of());
    }

    private static NoiseResults results() {
        return (NoiseResults) outcome("mnist").results();
    }

    @Test
    void shouldCompareWrongLabelsWithRightOnesAndWithThemselvesBefore() {
        NoiseResults results = results();
        assertEquals(new NoiseResults.Group(0, 0.5, 1, 0.5), results.noisy());
        assertEquals(new NoiseResults.Group(2 / 3.0, 0, 1 / 3.0, 1 / 3.0), results.regular());
        assertEquals(new NoiseResults.Group(1, 0, 0, 0), results.before());
        assertEquals(2, results.noisyExamples());
        assertEquals(0.8, results.testAccuracyNoisy());
        assertEquals(0.9, results.testAccuracyClean());
    }

    /** Six pairs of a wrong and a right label: those that a score orders count one, ties half. */
    @Test
    void shouldMeasureHowWellEachScoreFindsWrongLabels() {
        Map<String, Double> auroc = results().auroc();
        assertEquals(List.of("combined", "aum", "el2n", "confidence", "loss", "never_learned_last", "forgetting"),
                List.copyOf(auroc.keySet()));
        assertEquals(1, auroc.get("combined"), 1e-12);
        assertEquals(0, auroc.get("aum"), 1e-12);
        assertEquals(0.5, auroc.get("el2n"), 1e-12);
        assertEquals(5.5 / 6, auroc.get("never_learned_last"), 1e-12);
        assertEquals(3.5 / 6, auroc.get("forgetting"), 1e-12);
        assertEquals(1, results().precisionAtCount().get("combined"), 1e-12);
        assertEquals(auroc, results().perSeed().getFirst().auroc());
    }

    /** Examples 0, 1 and 4 are not unforgettable: the first has no event, the others one. */
    @Test
    void shouldTellWrongLabelsFromHardExamples() {
        assertEquals(0.25, results().aurocAmongHard().get("forgetting"), 1e-12);
        assertEquals(0.75, results().aurocAmongHard().get("never_learned_last"), 1e-12);
        assertEquals(1, results().aurocAmongHard().get("combined"), 1e-12);
    }

    @Test
    void shouldSayWhatCameOut() {
        List<String> summary = outcome("mnist").summary();
        assertEquals("combined                1.00000               1.0000                 1.0000", summary.get(1));
        assertEquals("Of the 2 images with a wrong label, 0% are unforgettable, and 50.0% are never learned; of the "
                + "others 66.7% and 0%. This network hardly memorises wrong labels: what it never learns it cannot "
                + "forget. Counts of forgetting events alone are higher for wrong labels. A wrong label that was "
                + "learned is forgotten 1.00 times, a right one 0.33 times. By the combined score, 100.0% of the 2 "
                + "most suspect images have a wrong label (AUROC 1.0000).", summary.getLast());
    }

    @Test
    void shouldCompareWithThePaper() {
        String small = "most wrong labels are never learned here; among those that are learned, wrong labels are "
                + "forgotten 1.00 times and right ones 0.33 times";
        assertEquals(List.of(
                "images with a wrong label that are unforgettable|none (CIFAR-10)|0%|agrees|under 1% is taken to agree",
                "images with a wrong label are forgotten more: mean events, wrong and right labels|about 13 and under "
                        + "5|0.50 and 0.33|agrees|" + small,
                "the same images are forgotten more after their labels were changed: after and before|more|0.50 and "
                        + "0.00|agrees|" + small),
                Outcomes.claims(outcome("mnist")));
        assertEquals("none", outcome("cifar10").claims().getFirst().paper());
    }

    @Test
    void shouldDrawSharesOfEachGroup() {
        assertEquals(List.of("wrong label,0,0", "wrong label,1,0.5", "wrong label,never learned,0.5",
                "right label,0,0.6666666666666666", "right label,1,0.3333333333333333",
                "right label,never learned,0"), Outcomes.rows(outcome("mnist"), "noisy-and-regular"));
        assertEquals(List.of("before: their right labels,0,1", "before: their right labels,1,0",
                "before: their right labels,never learned,0", "after: wrong labels,0,0", "after: wrong labels,1,0.5",
                "after: wrong labels,never learned,0.5"), Outcomes.rows(outcome("mnist"), "before-and-after"));
        assertEquals(7, Outcomes.rows(outcome("mnist"), "roc").stream()
                .map(row -> row.replaceAll(",[0-9.]+,[0-9.]+$", "")).distinct().count());
    }

    @Test
    void shouldRankByBothMeansAndSuspectOnlyImprobableLabels() {
        assertArrayEquals(new double[]{1, 0.75, 0, 0.25, 0.5}, LabelSuspicion.combined(List.of(WEIGHTED)), 1e-12);
        assertArrayEquals(new double[]{1, 0.75, -1, -1, -1}, LabelSuspicion.ofSuspects(List.of(WEIGHTED)), 1e-12);
    }

    @Test
    void shouldNotLookForHardExamplesWhereAllOfThemAreWrong() {
        BitSet wrong = new BitSet();
        wrong.set(0, 2);
        RunScores easy = MadeUpRuns.scores("000", "101", "111", "111", "111");
        assertTrue(new NoiseRuns(List.of(easy), List.of(CLEAN), List.of(WEIGHTED), wrong).aurocAmongHard().isEmpty());
    }
}
