package dev.lethe.tracker.select;

import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A rule that leaves examples out of a training set. {@link #toString} gives the text that {@link #parse} reads. The
 * same rule, scores and seed give the same selection.
 */
public sealed interface RemovalRule {
    /** The rule of the paper, {@code easiest:forgetting}, which removes the least forgotten examples. */
    RemovalRule LEAST_FORGOTTEN = new Easiest(Difficulty.FORGETTING);
    /** The name of {@link #LEAST_FORGOTTEN} in earlier releases, which {@linkplain #key keys} still have. */
    String OLD_NAME = "selected";
    /** The control, which removes examples at random, whatever their scores. */
    RemovalRule RANDOM = new Random();

    /**
     * Removes examples, and returns the others.
     *
     * @param examples
     *            the examples of the training set
     * @param scores
     *            the source of their difficulty
     * @param remove
     *            the number of examples to remove
     * @throws IllegalArgumentException
     *             if no example would be left, the number is negative, or the class floor does not allow to remove as
     *             many
     */
    Selection select(Examples examples, DifficultyScores scores, int remove);

    /** Tells whether the rule looks at scores. */
    default boolean needsScores() {
        return true;
    }

    /**
     * Returns the text of this rule in the keys of runs and studies. It never changes, so that finished runs are found;
     * {@link #parse} reads it, too.
     */
    default String key() {
        return toString();
    }

    /**
     * Reads a rule: {@code random}, {@code easiest:SCORE}, {@code hardest:SCORE}, {@code block:SCORE:START} and {@code
     * coverage:SCORE:SHARE}, with the name of a {@link Difficulty}; or {@code selected}, the old name of {@code
     * easiest:forgetting}.
     *
     * @param text
     *            the text of the rule
     * @throws IllegalArgumentException
     *             if it is none of these
     */
    static RemovalRule parse(String text) {
        String[] parts = text.split(":", -1);
        try {
            return switch (parts[0] + "/" + parts.length) {
                case OLD_NAME + "/1" -> LEAST_FORGOTTEN;
                case "random/1" -> RANDOM;
                case "easiest/2" -> new Easiest(Difficulty.parse(parts[1]));
                case "hardest/2" -> new Hardest(Difficulty.parse(parts[1]));
                case "block/3" -> new Block(Difficulty.parse(parts[1]), Double.parseDouble(parts[2]));
                case "coverage/3" -> new Coverage(Difficulty.parse(parts[1]), Double.parseDouble(parts[2]));
                default ->
                    throw new IllegalArgumentException("unknown rule '" + text + "': choose random, easiest:SCORE, "
                            + "hardest:SCORE, block:SCORE:START or coverage:SCORE:SHARE, as in coverage:margin:0.1");
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("rule '" + text + "' has '" + parts[2]
                    + "' where a number is needed: choose a share in [0, 1)", e);
        }
    }

    private static int[] easiestFirst(Examples examples, DifficultyScores scores, Difficulty by) {
        return ranking(examples, scores, by, Direction.ASCENDING);
    }

    private static int[] ranking(Examples examples, DifficultyScores scores, Difficulty by, Direction direction) {
        double[] values = scores.of(by);
        if (values.length != examples.count()) {
            throw new IllegalArgumentException("scores=" + values.length + " for examples=" + examples.count()
                    + ": rank by scores of the same data set");
        }
        return Ranking.byScore(values, direction, TieBreak.seeded(examples.seed())).order();
    }

    /**
     * The rule that removes the easiest examples.
     *
     * @param by
     *            the score that says which examples are easy
     */
    record Easiest(Difficulty by) implements RemovalRule {
        @Override
        public Selection select(Examples examples, DifficultyScores scores, int remove) {
            return Selection.removing(toString(), examples, easiestFirst(examples, scores, by), remove);
        }

        @Override
        public String toString() {
            return "easiest:" + by.text();
        }

        @Override
        public String key() {
            return by == Difficulty.FORGETTING ? OLD_NAME : toString();
        }
    }

    /**
     * The rule that removes the hardest examples.
     *
     * @param by
     *            the score that says which examples are hard
     */
    record Hardest(Difficulty by) implements RemovalRule {
        @Override
        public Selection select(Examples examples, DifficultyScores scores, int remove) {
            return Selection.removing(toString(), examples, ranking(examples, scores, by, Direction.DESCENDING),
                    remove);
        }

        @Override
        public String toString() {
            return "hardest:" + by.text();
        }
    }

    /** The rule that removes examples at random. */
    record Random() implements RemovalRule {
        @Override
        public Selection select(Examples examples, DifficultyScores scores, int remove) {
            int[] order = Ranking.byScore(new double[examples.count()], Direction.ASCENDING,
                    TieBreak.seeded(examples.seed())).order();
            return Selection.removing(toString(), examples, order, remove);
        }

        @Override
        public boolean needsScores() {
            return false;
        }

        @Override
        public String toString() {
            return "random";
        }
    }

    /**
     * The rule that removes neighbours in the order of difficulty. Where the class floor keeps some of them, those
     * after the block are removed instead, and at the end of the order those before it.
     *
     * @param by
     *            the score that orders the examples
     * @param start
     *            the first example of the block, as a share of the order, in [0, 1): 0 for the easiest; a block that
     *            would reach beyond the hardest example ends with it
     */
    record Block(Difficulty by, double start) implements RemovalRule {
        public Block {
            if (!(start >= 0 && start < 1)) {
                throw new IllegalArgumentException("block start=" + start + ": choose a share in [0, 1)");
            }
        }

        @Override
        public Selection select(Examples examples, DifficultyScores scores, int remove) {
            int[] order = easiestFirst(examples, scores, by);
            int from = Math.max(0, (int) Math.min(Math.round(start * order.length), order.length - remove));
            int[] outwards = IntStream.concat(Arrays.stream(order, from, order.length),
                    IntStream.iterate(from - 1, i -> i >= 0, i -> i - 1).map(i -> order[i])).toArray();
            return Selection.removing(toString(), examples, outwards, remove);
        }

        @Override
        public String toString() {
            return "block:" + by.text() + ":" + start;
        }
    }

    /**
     * The rule of coverage-centric selection (Zheng et al., ICLR 2023). The hardest examples, which are often
     * mislabelled, are removed; the rest is divided into strata of equal width of the score, and each stratum keeps the
     * same number of examples, chosen at random; strata with fewer examples leave their share to the others. The rule
     * still works where most examples are removed and {@link #LEAST_FORGOTTEN} collapses, because it keeps easy
     * examples too.
     *
     * @param by
     *            the score that orders the examples; not {@link Difficulty#FORGETTING}
     * @param hardest
     *            the share of the examples that are removed first, in [0, 1)
     */
    record Coverage(Difficulty by, double hardest) implements RemovalRule {
        private static final int STRATA = 50;

        public Coverage {
            if (!(hardest >= 0 && hardest < 1)) {
                throw new IllegalArgumentException("coverage hardest=" + hardest + ": choose a share in [0, 1)");
            }
            if (by == Difficulty.FORGETTING) {
                throw new IllegalArgumentException("coverage:forgetting has no strata of equal width, as never-learned "
                        + "examples have no count: choose margin, el2n, confidence or loss");
            }
        }

        @Override
        public Selection select(Examples examples, DifficultyScores scores, int remove) {
            examples.requireRemovable(remove); // there are no strata of no examples
            int[] order = easiestFirst(examples, scores, by);
            double[] values = scores.of(by);
            int rest = order.length - Math.min(remove, (int) Math.round(hardest * order.length));
            int[][] strata = strata(order, values, rest);
            int[] last = keepLast(examples, order, rest, strata, order.length - remove);
            return Selection.removing(toString(), examples, last, remove);
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
            return "coverage:" + by.text() + ":" + hardest;
        }
    }
}
