package dev.lethe.tracker.select;

import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import dev.lethe.tracker.score.Score;
import java.util.List;

/** A rule of one's own. */
// @start region="ownRule"
public record Balanced(Score by) implements RemovalRule { // removes the easiest of each class in turn
    @Override
    public String text() {
        return "balanced:" + by.text();
    }

    @Override
    public List<Score> scores() {
        return List.of(by);
    }

    @Override
    public int[] order(Examples examples, DifficultyScores scores, int remove) {
        int[] removed = new int[examples.classes()]; // of each class so far
        double[] turn = new double[examples.count()];
        for (int id : easiestFirst(scores.of(by), examples)) {
            turn[id] = removed[examples.labels()[id]]++;
        }
        return easiestFirst(turn, examples);
    }

    private static int[] easiestFirst(double[] scores, Examples examples) {
        return Ranking.byScore(scores, Direction.ASCENDING, TieBreak.seeded(examples.seed())).order();
    }
}
// @end
