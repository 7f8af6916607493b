package dev.lethe.study.removal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.study.MadeUpRuns;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.removal.RemovalResults.Accuracy;
import dev.lethe.study.removal.RemovalResults.Arm;
import dev.lethe.study.removal.RemovalResults.Block;
import dev.lethe.study.removal.RemovalResults.Point;
import dev.lethe.study.removal.RemovalResults.RankingSource;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import dev.lethe.tracker.select.RemovalRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemovalReportTest {
    private static final Accuracy NONE = Accuracy.of(0.98, 1);

    private static Arm arm(String rule, Point... points) {
        return new Arm(rule, rule, rule.equals("random") ? null : "mnist-cnn", List.of(points));
    }

    /** Makes a point whose two runs lose equally many percentage points. */
    private static Point point(double share, double cost) {
        return Point.of(share, 0, Accuracy.of(0.99 - cost / 100, 0.99 - cost / 100), NONE);
    }

    private static RemovalResults results(RankingSource source, List<Block> blocks, Arm... arms) {
        return new RemovalResults("stripes", "mnist-cnn", source == RankingSource.RUNS ? "mnist-cnn" : "scores.csv",
                source, 400, 10, 2, "epochs", 0, NONE, List.of(arms), blocks, blocks.isEmpty() ? null : NONE);
    }

    private static StudyOutcome outcome(Arm... arms) {
        return RemovalReport.of("Removal: ", results(RankingSource.RUNS, List.of(), arms));
    }

    @Test
    void shouldMeasureMeanDeviationAndCost() {
        assertEquals(0.99, NONE.mean(), 1e-12);
        assertEquals(Math.sqrt(2) / 100, NONE.deviation(), 1e-12);
        assertEquals(0, Accuracy.of(0.5).deviation());
        assertEquals(2, Point.of(0.5, 200, Accuracy.of(0.96, 0.98), NONE).cost(), 1e-9);
    }

    @Test
    void shouldNameTheLargestShareThatCostsNextToNothing() {
        List<String> summary = outcome(arm("selected", point(0.25, 0.1), point(0.5, 0.2), point(0.6, 0.9)),
                arm("random", point(0.25, 0.3), point(0.5, 1.5), point(0.6, 2))).summary();
        assertEquals("selected                      25.0% removed: 98.90% ± 0.00, 0.10 points lost",
                summary.getFirst());
        assertEquals(3 + 3 + 2, summary.size());
        assertEquals("50% of the training images can be left out by the rule 'selected' at a cost of 0.20 points of "
                + "test accuracy; as many chosen at random cost 1.50 points. With nothing removed, test accuracy is "
                + "99.00% ± 1.41.", summary.getLast());
    }

    /** A larger share that costs little by chance does not count beyond a smaller one that costs much. */
    @Test
    void shouldStopAtTheFirstShareThatCosts() {
        assertEquals(
                "Not even the smallest share that was tried can be left out by the rule 'hardest:el2n' at a cost of "
                        + "0.25 points. With nothing removed, test accuracy is 99.00% ± 1.41.",
                outcome(arm("hardest:el2n", point(0.25, 0.5), point(0.5, 0.1))).summary().getLast());
    }

    @Test
    void shouldNameAnArmThatIsNoRule() {
        assertTrue(outcome(new Arm("ranked by mlp", "selected", "mlp", List.of(point(0.5, 0.1)))).summary().getLast()
                .startsWith("50% of the training images can be left out, ranked by mlp, at a cost of 0.10 points"));
    }

    @Test
    void shouldDrawEachArmAndWhereNothingIsRemoved() {
        assertEquals(List.of("nothing removed,0,0.99,0.99,0.99", "nothing removed,0.5,0.99,0.99,0.99",
                "selected,0.25,0.75,0.75,0.75", "selected,0.5,0.5,0.5,0.5"),
                Outcomes.rows(outcome(arm("selected", Point.of(0.25, 300, Accuracy.of(0.75), NONE),
                        Point.of(0.5, 200, Accuracy.of(0.5), NONE))), "accuracy-by-removed"));
    }

    /** Events are 0, 1, 2 and 0; one of the two that are never forgotten is removed, then the two hardest. */
    @Test
    void shouldMeasureABlock() {
        RunAggregate runs = RunAggregate.of(List.of(MadeUpRuns.scores("11111", "10111", "10101", "11111")));
        Examples examples = new Examples(new int[4], 1, 0, 1);
        DifficultyScores scores = DifficultyScores.of(runs);
        Block hardest = Block.of(0.5, List.of(RemovalRule.block(Score.NEVER_LEARNED_LAST, 0.5).select(examples, scores,
                2)), runs, NONE);
        assertEquals(new Block(2, 2, 1.5, 0, NONE), hardest);
        Block easiest = Block.of(0, List.of(RemovalRule.block(Score.NEVER_LEARNED_LAST, 0).select(examples, scores,
                1)), runs, NONE);
        assertEquals(new Block(0, 1, 0, 0, NONE), easiest);
        Block beyond = Block.of(0.9, List.of(RemovalRule.block(Score.NEVER_LEARNED_LAST, 0.9).select(examples, scores,
                2)), runs, NONE);
        assertEquals(2, beyond.from(), "a block that would go beyond the hardest ends with it");
    }

    @Test
    void shouldCountNeverLearnedExamplesOfABlockApart() {
        RunAggregate runs = RunAggregate.of(List.of(MadeUpRuns.scores("111", "101", "000", "111")));
        Block hardest = Block.of(0.5, List.of(RemovalRule.block(Score.NEVER_LEARNED_LAST, 0.5)
                .select(new Examples(new int[4], 1, 0, 1), DifficultyScores.of(runs), 2)), runs, NONE);
        assertEquals(0.5, hardest.meanEvents());
        assertEquals(0.5, hardest.neverLearnedFraction());
    }

    @Test
    void shouldDrawBlocksInTheOrderThatRanks() {
        List<Block> blocks = List.of(new Block(0, 40, 0.1, 0, NONE), new Block(200, 40, 2.5, 0.1, NONE));
        for (RankingSource source : RankingSource.values()) {
            StudyOutcome outcome = RemovalReport.of("Removal: ",
                    results(source, blocks, arm("selected", point(0.5, 0.1))));
            String caption = outcome.sections().getLast().figures().findFirst().orElseThrow().caption();
            String order = switch (source) {
                case RUNS, FORGETTING_FILE -> "forgetting";
                case OTHER_FILE -> "the scores in scores.csv";
                case OWN_SCORES -> "scores.csv";
            };
            assertTrue(caption.contains("40 images that are neighbours in the order of " + order + ", against"),
                    caption);
            assertEquals(List.of("0.1", "2.5"), Outcomes.rows(outcome, "accuracy-by-block").stream().skip(2)
                    .map(row -> row.split(",")[1]).toList());
        }
    }
}
