package dev.lethe.tracker.select;

import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;

/** The rule of {@link RemovalRule#RANDOM}. */
record RandomRule() implements BuiltInRule {
    static final String NAME = "random";

    @Override
    public String text() {
        return NAME;
    }

    @Override
    public int[] order(Examples examples, DifficultyScores scores, int remove) {
        return Ranking.byScore(new double[examples.count()], Direction.ASCENDING, TieBreak.seeded(examples.seed()))
                .order();
    }

    @Override
    public String toString() {
        return text();
    }
}
