package dev.lethe.study.agreement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.run.RankingStability;
import dev.lethe.study.MadeUpRuns;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.study.agreement.EarlyStudy.EarlyRankings;
import dev.lethe.tracker.History;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.PrefixAgreement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EarlyStudyTest {
    private static final RankingStability LOOSE = new RankingStability(0.5);

    private static StudySubject subject(int epochs, int seeds) {
        return new StudySubject("cifar10", "resnet18", epochs, seeds);
    }

    /** Makes rankings with these correlations after each epoch, and half of the most forgotten examples in both. */
    private static EarlyRankings rankings(EarlyStudy.Stop stop, double... correlations) {
        return new EarlyRankings(IntStream.range(0, correlations.length)
                .mapToObj(i -> new PrefixAgreement(i + 1, 3, Map.of(CorrelationCoefficient.SPEARMAN, correlations[i]),
                        1, 0.5))
                .toList(), stop);
    }

    private static EarlyStudy.Results results(StudyOutcome outcome) {
        return (EarlyStudy.Results) outcome.results();
    }

    /** Events are 0, 0, 1 after two epochs, 0, 1, 1 after three and 0, 1, 2 after four and at the end. */
    @Test
    void shouldCompareTheRankingAfterEachEpochWithTheFinalOne() {
        try (History history = MadeUpRuns.history("111111", "110111", "101011")) {
            EarlyRankings early = EarlyRankings.of(1, history, LOOSE);
            double[] correlations = early.agreements().stream()
                    .mapToDouble(agreement -> agreement.correlation(CorrelationCoefficient.SPEARMAN)).toArray();
            assertTrue(Double.isNaN(correlations[0]), "none is forgotten after one epoch");
            double tied = 1.5 / Math.sqrt(3);
            assertArrayEquals(new double[]{tied, tied, 1, 1, 1}, Arrays.copyOfRange(correlations, 1, 6), 1e-12);
            assertEquals(new EarlyStudy.Stop(1, 5, 1), early.stop());
            StudyOutcome outcome = new EarlyStudy(LOOSE).conclude(subject(6, 1), List.of(early));
            assertEquals(4, results(outcome).plateauEpoch());
            assertEquals(List.of("From epoch 4 of 6 on, the ranking correlates with the final one by at least 0.95 "
                    + "(Spearman). The rule (stop when rankings a fifth of the run apart correlate by 0.5) would have "
                    + "stopped 1 of 1 runs, after 5 epochs in the mean, at a correlation of 1.000 with the final "
                    + "ranking."), outcome.summary());
        }
    }

    @Test
    void shouldTakeTheMeanAndTheRangeOfTheRuns() {
        StudyOutcome outcome = new EarlyStudy(LOOSE).conclude(subject(3, 2), List.of(
                rankings(new EarlyStudy.Stop(1, 2, 0.9), 0.5, 0.75, 1),
                rankings(new EarlyStudy.Stop(2, null, Double.NaN), 0.75, 1, 1)));
        assertEquals(List.of(0.625, 0.875, 1.0),
                results(outcome).points().stream().map(EarlyStudy.Point::spearman).toList());
        assertEquals(3, results(outcome).plateauEpoch());
        assertEquals(List.of("Spearman's correlation of ranks,1,0.625,0.5,0.75",
                "Spearman's correlation of ranks,2,0.875,0.75,1", "Spearman's correlation of ranks,3,1,1,1"),
                Outcomes.rows(outcome, "early-agreement").subList(0, 3));
        assertTrue(outcome.summary().getFirst().contains("would have stopped 1 of 2 runs, after 2 epochs"));
        assertNull(results(outcome).stops().getLast().epoch());
    }

    @Test
    void shouldSayWhenTheRuleWouldHaveStoppedNoRun() {
        StudyOutcome outcome = new EarlyStudy(LOOSE).conclude(subject(1, 1),
                List.of(rankings(new EarlyStudy.Stop(1, null, Double.NaN), 1)));
        assertTrue(outcome.summary().getFirst().endsWith("would not have stopped any run before its end."));
    }

    @Test
    void shouldAgreeWithThePaperWhereTheFirstHalfDecides() {
        EarlyStudy.Stop none = new EarlyStudy.Stop(1, null, Double.NaN);
        assertEquals(List.of("the ranking is stable long before the end|after 75 of 200 epochs|after 2 of 4 epochs|"
                + "agrees|a short run is still learning when it ends"), Outcomes.claims(
                        new EarlyStudy(LOOSE).conclude(subject(4, 1), List.of(rankings(none, 0.9, 0.95, 0.96, 1)))));
        assertEquals(List.of("the ranking is stable long before the end|after 75 of 200 epochs|after 3 of 4 epochs|"
                + "differs|a short run is still learning when it ends"), Outcomes.claims(
                        new EarlyStudy(LOOSE).conclude(subject(4, 1), List.of(rankings(none, 0.99, 0.9, 0.96, 1)))));
    }
}
