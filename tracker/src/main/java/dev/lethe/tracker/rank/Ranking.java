package dev.lethe.tracker.rank;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * The order of examples by a score, and the rank of each. Ranks count from 0.
 * <p>
 * Immutable and safe from any number of threads; independent of the scores it was computed from. It takes 8 bytes of
 * heap for each example, also while it is made, and time that is linear in the number of examples.
 *
 * @see dev.lethe.tracker.score.Score
 * @see CorrelationCoefficient
 * @see dev.lethe.tracker.select.RemovalRule
 */
public final class Ranking {
    /** The {@link #rank} of an example that is not in the order. */
    public static final int NOT_RANKED = -1;

    private final int[] order;
    private final int[] ranks;
    private final int ranked;

    /**
     * Makes a ranking of the first examples of an order.
     *
     * @param order
     *            all examples; owned from now on
     * @param ranked
     *            the number of examples that are ranked; those after them are apart
     */
    private Ranking(RadixOrder order, int ranked) {
        this.order = order.order();
        this.ranks = order.spare();
        this.ranked = ranked;
        for (int rank = 0; rank < this.order.length; rank++) {
            ranks[this.order[rank]] = rank < ranked ? rank : NOT_RANKED;
        }
    }

    /**
     * Ranks by the forgetting events of one run, the least forgotten first and the never learned last; ties by id.
     *
     * @param scores
     *            the scores of the run
     * @throws IllegalArgumentException
     *             if the scores are after 0 epochs
     */
    public static Ranking byForgetting(ForgettingScores scores) {
        return byForgetting(scores, NeverLearned.LAST, TieBreak.byId());
    }

    /**
     * Ranks by the forgetting events of one run, the least forgotten first.
     *
     * @param scores
     *            the scores of the run
     * @param neverLearned
     *            the place of examples that the run never learned
     * @param ties
     *            the order of examples with the same number of events
     * @throws IllegalArgumentException
     *             if the scores are after 0 epochs
     */
    public static Ranking byForgetting(ForgettingScores scores, NeverLearned neverLearned, TieBreak ties) {
        requireEpochs(scores);
        int apart = neverLearned == NeverLearned.SEPARATE ? scores.neverLearnedCount() : 0;
        NeverLearned inOrder = inOrder(neverLearned);
        return new Ranking(order(scores.examples(), ties, example -> (long) scores.forgettingEvents(example, inOrder)),
                scores.examples() - apart);
    }

    /** Returns the place that puts examples after all others, where they are then taken off, if they are separate. */
    private static NeverLearned inOrder(NeverLearned neverLearned) {
        return neverLearned == NeverLearned.SEPARATE ? NeverLearned.LAST : neverLearned;
    }

    /** Refuses scores after 0 epochs, by which all examples are tied. */
    static void requireEpochs(ForgettingScores scores) {
        if (scores.epochs() == 0) {
            throw new IllegalArgumentException(
                    "scores after epochs=0 rank nothing: take them after at least one epoch");
        }
    }

    /**
     * Ranks by the forgetting events of several runs, the least forgotten first and the never learned last; ties by id.
     *
     * @param runs
     *            the scores of the runs
     */
    public static Ranking byForgetting(RunAggregate runs) {
        return byForgetting(runs, NeverLearned.LAST, TieBreak.byId());
    }

    /**
     * Ranks by the forgetting events of several runs, the least forgotten first.
     *
     * @param runs
     *            the scores of the runs
     * @param neverLearned
     *            the place of examples that some of the runs never learned
     * @param ties
     *            the order of examples with the same number of events
     */
    public static Ranking byForgetting(RunAggregate runs, NeverLearned neverLearned, TieBreak ties) {
        int apart = neverLearned == NeverLearned.SEPARATE ? runs.neverLearnedCount() : 0;
        NeverLearned inOrder = inOrder(neverLearned);
        return new Ranking(order(runs.examples(), ties, example -> (long) runs.forgettingEvents(example, inOrder)),
                runs.examples() - apart);
    }

    /**
     * Ranks by any score. Infinite scores are the first or last; 0.0 and -0.0 are tied.
     *
     * @param scores
     *            (examples): the score of each example; not kept
     * @param direction
     *            the end of the score that comes first
     * @param ties
     *            the order of examples with the same score
     * @throws IllegalArgumentException
     *             if a score is NaN; the message names the example
     */
    public static Ranking byScore(double[] scores, Direction direction, TieBreak ties) {
        ScoreKey.refuseNaN(scores);
        long flip = direction == Direction.ASCENDING ? 0 : -1;
        return new Ranking(order(scores.length, ties, example -> ScoreKey.of(scores[example]) ^ flip),
                scores.length);
    }

    /**
     * Ranks by any score. Infinite scores are the first or last; 0.0 and -0.0 are tied.
     *
     * @param scores
     *            (examples): the score of each example; not kept
     * @param direction
     *            the end of the score that comes first
     * @param ties
     *            the order of examples with the same score
     * @throws IllegalArgumentException
     *             if a score is NaN; the message names the example
     */
    public static Ranking byScore(float[] scores, Direction direction, TieBreak ties) {
        for (int example = 0; example < scores.length; example++) {
            ScoreKey.refuseNaN(scores[example], example);
        }
        long flip = direction == Direction.ASCENDING ? 0 : -1;
        return new Ranking(order(scores.length, ties, example -> ScoreKey.of(scores[example]) ^ flip),
                scores.length);
    }

    private static RadixOrder order(int examples, TieBreak ties, IntToLongFunction key) {
        RadixOrder order = new RadixOrder(examples);
        return switch (ties) {
            case TieBreak.ById() -> order.sortBy(key);
            case TieBreak.Seeded(long seed) -> order.sortBy(example -> SplitMix.bits(seed, example)).sortBy(key);
        };
    }

    /** Returns the number of examples, those apart included. */
    public int examples() {
        return order.length;
    }

    /**
     * Returns the number of examples in the order: all, unless never-learned ones are {@link NeverLearned#SEPARATE}.
     */
    public int ranked() {
        return ranked;
    }

    /**
     * Returns the example with a rank.
     *
     * @param rank
     *            the rank, {@code [0, ranked())}
     * @throws IndexOutOfBoundsException
     *             if no example has the rank
     */
    public int example(int rank) {
        if (rank < 0 || rank >= ranked) {
            throw new IndexOutOfBoundsException("rank=" + rank + " is not in [0, " + ranked + ")");
        }
        return order[rank];
    }

    /**
     * Returns the number of examples that come before an example; {@link #NOT_RANKED} where it is not in the order.
     *
     * @param example
     *            the example, {@code [0, examples())}
     * @throws IndexOutOfBoundsException
     *             if there is no such example
     */
    public int rank(int example) {
        if (example < 0 || example >= ranks.length) {
            throw new IndexOutOfBoundsException("example=" + example + " is not in [0, " + ranks.length + ")");
        }
        return ranks[example];
    }

    /** Returns all examples in order, without those apart, in a new array. */
    public int[] order() {
        return Arrays.copyOf(order, ranked);
    }

    /**
     * Returns the examples with the ranks {@code [from, to)}, in order, in a new array.
     *
     * @param from
     *            the first rank
     * @param to
     *            the rank after the last
     * @throws IndexOutOfBoundsException
     *             if the range is not within {@code [0, ranked()]}
     */
    public int[] order(int from, int to) {
        if (from < 0 || from > to || to > ranked) {
            throw new IndexOutOfBoundsException("from=" + from + " to=" + to + " is not within [0, " + ranked + "]");
        }
        return Arrays.copyOfRange(order, from, to);
    }

    /** Returns the examples that are not in the order, as the tie break orders them, in a new array. */
    public int[] apart() {
        return Arrays.copyOfRange(order, ranked, order.length);
    }
}
