package dev.lethe.tracker.select;

import dev.lethe.tracker.score.Score;
import java.util.List;

/**
 * The rule of {@link RemovalRule#easiest}.
 *
 * @param by
 *            the score that says which examples are easy
 */
record EasiestRule(Score by) implements BuiltInRule {
    /** The name of {@link RemovalRule#LEAST_FORGOTTEN} in earlier releases, which keys still have. */
    static final String OLD_NAME = "selected";

    EasiestRule {
        RuleScores.require(by);
    }

    @Override
    public String text() {
        return "easiest:" + RuleScores.text(by);
    }

    @Override
    public String key() {
        return by == Score.NEVER_LEARNED_LAST ? OLD_NAME : text();
    }

    @Override
    public List<Score> scores() {
        return List.of(by);
    }

    @Override
    public int[] order(Examples examples, DifficultyScores scores, int remove) {
        return RuleScores.easiestFirst(examples, scores, by);
    }

    @Override
    public String toString() {
        return text();
    }
}
