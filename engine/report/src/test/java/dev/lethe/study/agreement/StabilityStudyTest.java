package dev.lethe.study.agreement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.run.RunSettings;
import dev.lethe.study.MadeUpRuns;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.study.agreement.StabilityStudy.Networks;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.TrainingConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class StabilityStudyTest {
    private static final String NEVER_FORGOTTEN = "11111";
    private static final String ONCE = "10111";
    private static final String TWICE = "10101";
    /** Runs with the events 0, 1, 2, 0 and 0, 2, 1, 0. */
    private static final RunScores FIRST = MadeUpRuns.scores(NEVER_FORGOTTEN, ONCE, TWICE, NEVER_FORGOTTEN);
    private static final RunScores SECOND = MadeUpRuns.scores(NEVER_FORGOTTEN, TWICE, ONCE, NEVER_FORGOTTEN);
    /** A run of another network, with the events 2, 0, 0, 1. */
    private static final RunScores OTHER = MadeUpRuns.scores(TWICE, NEVER_FORGOTTEN, NEVER_FORGOTTEN, ONCE);

    private static StudySubject subject(String data, int seeds) {
        return new StudySubject(data, "mnist-cnn", 5, seeds);
    }

    private static StabilityStudy.Results results(StudyOutcome outcome) {
        return (StabilityStudy.Results) outcome.results();
    }

    @Test
    void shouldCorrelateTwoSeeds() {
        StudyOutcome outcome = new StabilityStudy().conclude(subject("mnist", 2),
                new Networks(List.of(FIRST, SECOND), List.of()));
        assertEquals(1.75 / 2.75, results(outcome).pearson().mean(), 1e-12);
        assertNull(results(outcome).pearsonOfSums());
        assertEquals(List.of(0.5, 0.5), results(outcome).unforgettable());
        assertEquals(1, results(outcome).averagePrecisionOfSeeds());
        assertTrue(Double.isNaN(results(outcome).pearsonBetweenNetworks()));
        assertEquals(List.of("Between two seeds, Pearson's correlation of forgetting events is 0.636 (0.636 to "
                + "0.636)."), outcome.summary());
        assertEquals(
                List.of("unforgettable in all of so many runs,1,0.5", "unforgettable in all of so many runs,2,0.5"),
                Outcomes.rows(outcome, "unforgettable-by-runs"));
    }

    /** Sums are 0, 3, 3, 0 and 4, 0, 0, 2; the other network's ranking finds the forgotten examples last. */
    @Test
    void shouldCompareTwoNetworks() {
        RunSettings mlp = RunSettings.of("mnist", "mlp", TrainingConfig.mnist(1, 5)).on("reference", 1);
        StudyOutcome outcome = new StabilityStudy(mlp).conclude(subject("mnist", 2),
                new Networks(List.of(FIRST, SECOND), List.of(OTHER, OTHER)));
        assertEquals("mlp", results(outcome).against());
        assertEquals(-9 / Math.sqrt(99), results(outcome).pearsonBetweenNetworks(), 1e-12);
        assertEquals(0.5, results(outcome).averagePrecisionOfOther(), 1e-12);
        assertTrue(outcome.summary().getFirst()
                .endsWith(" Between mnist-cnn and mlp, the correlation of the sums is -0.905."));
        assertEquals(List.of("ranked by other seeds", "ranked by mlp"),
                Outcomes.rows(outcome, "stability-precision-recall").stream()
                        .map(row -> row.substring(0, row.indexOf(','))).distinct().toList());
    }

    @Test
    void shouldHaveNothingToFindWhereAllExamplesAreForgotten() {
        RunScores all = MadeUpRuns.scores(ONCE, ONCE, TWICE, ONCE);
        StudyOutcome outcome = new StabilityStudy().conclude(subject("mnist", 2),
                new Networks(List.of(FIRST, all), List.of()));
        assertTrue(Double.isNaN(results(outcome).averagePrecisionOfSeeds()));
        assertEquals(List.of(), Outcomes.rows(outcome, "stability-precision-recall"));
    }

    @Test
    void shouldCorrelateSumsOfFourRunsOrMore() {
        StudyOutcome outcome = new StabilityStudy().conclude(subject("cifar10", 4),
                new Networks(List.of(FIRST, SECOND, FIRST, SECOND), List.of()));
        assertNotNull(results(outcome).pearsonOfSums());
        assertEquals(List.of("differs", "differs"), outcome.claims().stream()
                .map(claim -> claim.verdict().toString()).toList());
        assertTrue(outcome.claims().getLast().why().endsWith("; sums of 2 instead of 5"));
    }

    @Test
    void shouldNotHoldOtherDataAgainstThePaper() {
        assertEquals(List.of("Pearson's correlation of forgetting events between seeds|0.892|0.636|not comparable|the "
                + "paper's figure is for CIFAR-10, where images are forgotten far more often"),
                Outcomes.claims(new StabilityStudy().conclude(subject("mnist", 2),
                        new Networks(List.of(FIRST, SECOND), List.of()))));
    }
}
