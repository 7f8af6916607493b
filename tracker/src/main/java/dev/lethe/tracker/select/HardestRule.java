package dev.lethe.tracker.select;

import dev.lethe.tracker.score.Score;
import java.util.List;

/**
 * The rule of {@link RemovalRule#hardest}.
 *
 * @param by
 *            the score that says which examples are hard
 */
record HardestRule(Score by) implements BuiltInRule {
    HardestRule {
        RuleScores.require(by);
    }

    @Override
    public String text() {
        return "hardest:" + RuleScores.text(by);
    }

    @Override
    public List<Score> scores() {
        return List.of(by);
    }

    @Override
    public int[] order(Examples examples, DifficultyScores scores, int remove) {
        return RuleScores.hardestFirst(examples, scores, by);
    }

    @Override
    public String toString() {
        return text();
    }
}
