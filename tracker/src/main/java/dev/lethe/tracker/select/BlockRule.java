package dev.lethe.tracker.select;

import dev.lethe.tracker.score.Score;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rule of {@link RemovalRule#block}.
 *
 * @param by
 *            the score that orders the examples
 * @param start
 *            the first example of the block, as a share of the order, in [0, 1)
 */
record BlockRule(Score by, double start) implements BuiltInRule {
    BlockRule {
        RuleScores.require(by);
        if (!(start >= 0 && start < 1)) {
            throw new IllegalArgumentException("block start=" + start + ": choose a share in [0, 1)");
        }
    }

    @Override
    public String text() {
        return "block:" + RuleScores.text(by) + ":" + start;
    }

    @Override
    public List<Score> scores() {
        return List.of(by);
    }

    @Override
    public int[] order(Examples examples, DifficultyScores scores, int remove) {
        int[] order = RuleScores.easiestFirst(examples, scores, by);
        int from = Math.max(0, (int) Math.min(Math.round(start * order.length), order.length - remove));
        return IntStream.concat(Arrays.stream(order, from, order.length),
                IntStream.iterate(from - 1, i -> i >= 0, i -> i - 1).map(i -> order[i])).toArray();
    }

    @Override
    public String toString() {
        return text();
    }
}
