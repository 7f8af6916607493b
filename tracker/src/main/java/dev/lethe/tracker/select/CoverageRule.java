package dev.lethe.tracker.select;

import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import dev.lethe.tracker.score.Score;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rule of {@link RemovalRule#coverage}.
 *
 * @param by
 *            the score that orders the examples; not {@link Score#NEVER_LEARNED_LAST}
 * @param hardest
 *            the share of the examples that are removed first, in [0, 1)
 */
record CoverageRule(Score by, double hardest) implements BuiltInRule {
    private static final int STRATA = 50;

    CoverageRule {
        RuleScores.require(by);
        if (!(hardest >= 0 && hardest < 1)) {
            throw new IllegalArgumentException("coverage hardest=" + hardest + ": choose a share in [0, 1)");
        }
        if (by == Score.NEVER_LEARNED_LAST) {
            throw new IllegalArgumentException("coverage:forgetting has no strata of equal width, as never-learned "
                    + "examples have no count: choose margin, el2n, confidence or loss");
        }
    }

    @Override
    public String text() {
        return "coverage:" + RuleScores.text(by) + ":" + hardest;
    }

    @Override
    public List<Score> scores() {
        return List.of(by);
    }

    @Override
    public int[] order(Examples examples, DifficultyScores scores, int remove) {
        int[] order = RuleScores.easiestFirst(examples, scores, by);
        double[] values = scores.of(by);
        for (int example = 0; example < values.length; example++) {
            if (Double.isInfinite(values[example])) {
                throw new IllegalArgumentException("score=" + values[example] + " of example=" + example
                        + " leaves strata without width: give finite scores, or choose another rule");
            }
        }
        int rest = order.length - Math.min(remove, (int) Math.round(hardest * order.length));
        int[][] strata = strata(order, values, rest);
        return keepLast(examples, order, rest, strata, order.length - remove);
    }

    /**
     * Divides the first {@code rest} examples of the order into strata of equal width, in the order within each
     * stratum.
     */
    private static int[][] strata(int[] order, double[] values, int rest) {
        double low = values[order[0]];
        double width = (values[order[rest - 1]] - low) / STRATA;
        int[][] strata = new int[STRATA][];
        int at = 0;
        for (int stratum = 0; stratum < STRATA; stratum++) {
            int end = at;
            double top = low + (stratum + 1) * width;
            while (end < rest && (stratum == STRATA - 1 || values[order[end]] <= top)) {
                end++;
            }
            strata[stratum] = Arrays.copyOfRange(order, at, end);
            at = end;
        }
        return strata;
    }

    /**
     * Returns all examples in the order of removal, so that those to be kept come last. The smallest strata choose
     * first, each from an equal share of the places that are left.
     */
    private static int[] keepLast(Examples examples, int[] order, int rest, int[][] strata, int keep) {
        boolean[] chosen = new boolean[order.length];
        Arrays.sort(strata, (a, b) -> Integer.compare(a.length, b.length));
        int left = keep;
        for (int i = 0; i < STRATA; i++) {
            int[] stratum = strata[i];
            int count = Math.min(stratum.length, left / (STRATA - i));
            int[] drawn = Ranking.byScore(new double[stratum.length], Direction.ASCENDING,
                    TieBreak.seeded(examples.seed() + i)).order();
            for (int k = 0; k < count; k++) {
                chosen[stratum[drawn[k]]] = true;
            }
            left -= count;
        }
        int hardest = order.length - rest;
        return IntStream.concat(
                IntStream.concat(Arrays.stream(order, rest, rest + hardest),
                        Arrays.stream(order, 0, rest).filter(id -> !chosen[id])),
                Arrays.stream(order, 0, rest).filter(id -> chosen[id])).toArray();
    }

    @Override
    public String toString() {
        return text();
    }
}
