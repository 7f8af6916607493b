package dev.lethe.study.removal;

import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.tracker.select.Selection;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Results of the removal and transfer studies: {@code results.json}.
 *
 * @param data name of the data set
 * @param model network that was trained on fewer examples
 * @param rankedBy model whose runs ranked the examples, or the name of the scores that did
 * @param rankingSource kind of scores that ranked
 * @param examples number of examples in the whole training set
 * @param epochs epochs of a run on all examples
 * @param seeds number of runs of each kind
 * @param protocol {@code epochs} where runs on fewer examples have as many epochs, {@code iterations} where they have
 *        as many steps
 * @param classFloor number of examples of each class that stayed in any case
 * @param none accuracy with nothing removed
 * @param arms ways to remove
 * @param blocks measures with a block of neighbours in the order of the ranking removed; empty where there are none
 * @param randomBlock accuracy with as many removed at random; null where there are no blocks
 */
record RemovalResults(String data, String model, String rankedBy, RankingSource rankingSource,
        int examples, int epochs, int seeds, String protocol, int classFloor, Accuracy none, List<Arm> arms,
        List<Block> blocks, @Nullable Accuracy randomBlock) {
    private static final double POINTS = 100;

    /** Kind of scores that rank examples. */
    public enum RankingSource {
        /** Runs of the study: of the trained network, or of another one. */
        RUNS,
        /** A file with forgetting events. */
        FORGETTING_FILE,
        /** A file with other scores: rules that ask for the least forgotten examples get the easiest by those. */
        OTHER_FILE,
        /** Scores of one's own, in the same way. */
        OWN_SCORES;

        /** Tells whether the scores count forgetting events. */
        boolean isForgetting() {
            return this == RUNS || this == FORGETTING_FILE;
        }

        /** Returns the text in {@code results.json}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * Test accuracy of several runs that differ in their seed.
     *
     * @param accuracies accuracy of each run
     * @param mean their mean
     * @param deviation their standard deviation, that of a sample; 0 for one run
     */
    public record Accuracy(List<Double> accuracies, double mean, double deviation) {
        static Accuracy of(double... accuracies) {
            double mean = Arrays.stream(accuracies).average().orElseThrow();
            double squares = Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).sum();
            return new Accuracy(Arrays.stream(accuracies).boxed().toList(), mean,
                    accuracies.length > 1 ? Math.sqrt(squares / (accuracies.length - 1)) : 0);
        }
    }

    /**
     * A way to remove examples.
     *
     * @param name text that tells it from other arms
     * @param rule text of the rule that chose the examples, as {@link RemovalRule#parse} reads it
     * @param rankedBy model whose runs the rule looked at, or the file; null where it looked at no scores
     * @param points measures by share, in ascending order
     */
    public record Arm(String name, String rule, @Nullable String rankedBy, List<Point> points) {
        /** Returns whether a rule of that text chose the examples. */
        private boolean removesBy(RemovalRule other) {
            return rule.equals(other.text()) || rule.equals(other.key());
        }

        /** Returns the point of a share; empty where it was not tried. */
        Optional<Point> at(double share) {
            return points.stream().filter(point -> point.share() == share).findFirst();
        }

        /** Returns the accuracy lost with a share removed, in percentage points; empty where it was not tried. */
        OptionalDouble cost(double share) {
            return at(share).stream().mapToDouble(Point::cost).findFirst();
        }
    }

    /**
     * Measures with a share of the examples removed.
     *
     * @param share part of the training set that was removed
     * @param kept number of examples that stayed
     * @param accuracy test accuracy of the runs
     * @param cost accuracy lost, in percentage points; negative where it is higher than with nothing removed
     */
    public record Point(double share, int kept, Accuracy accuracy, double cost) {
        static Point of(double share, int kept, Accuracy accuracy, Accuracy none) {
            return new Point(share, kept, accuracy, POINTS * (none.mean() - accuracy.mean()));
        }
    }

    /**
     * Measures with a block of neighbours removed.
     *
     * @param from rank of the first example of the block, 0 for the easiest
     * @param removed number of examples in the block
     * @param meanEvents forgetting events of an example of the block in a run
     * @param neverLearnedFraction share of the block that a run never learned
     * @param accuracy test accuracy of the runs without the block
     */
    public record Block(int from, int removed, double meanEvents, double neverLearnedFraction, Accuracy accuracy) {
        /**
         * Measures a block.
         *
         * @param start first rank of the block, as a share of the order
         * @param selections examples that each run kept; runs differ in how ties are broken
         * @param ranking scores of all examples
         * @param accuracy test accuracy of the runs
         */
        static Block of(double start, List<Selection> selections, RunAggregate ranking, Accuracy accuracy) {
            double events = 0;
            double never = 0;
            int removed = selections.getFirst().removed();
            double presentations = (double) removed * ranking.runs() * selections.size();
            for (Selection selection : selections) {
                BitSet block = new BitSet();
                block.set(0, selection.examples());
                Arrays.stream(selection.kept()).forEach(block::clear);
                events += block.stream().mapToDouble(ranking::forgettingEvents).sum() / presentations;
                never += block.stream().mapToDouble(ranking::neverLearnedRuns).sum() / presentations;
            }
            int last = ranking.examples() - removed; // a block that would go beyond the hardest ends with it
            int from = (int) Math.min(Math.round(start * ranking.examples()), last);
            return new Block(from, removed, events, never, accuracy);
        }
    }

    /** Returns whether an arm removes the least forgotten examples first, whichever network forgot them. */
    boolean removesLeastForgotten(Arm arm) {
        return rankingSource.isForgetting() && arm.removesBy(RemovalRule.LEAST_FORGOTTEN);
    }

    /** Returns whether the runs that ranked for an arm are of another network than the one that was trained. */
    boolean isRankedByOtherNetwork(Arm arm) {
        return rankingSource == RankingSource.RUNS && arm.rankedBy() != null && !arm.rankedBy().equals(model);
    }

    /** Returns the accuracy lost with a share removed at random, in percentage points; empty where it was not tried. */
    OptionalDouble randomCost(double share) {
        return random().map(arm -> arm.cost(share)).orElse(OptionalDouble.empty());
    }

    /** Returns the arm that removes examples at random; empty where none does. */
    Optional<Arm> random() {
        return arms.stream().filter(arm -> arm.removesBy(RemovalRule.RANDOM)).findFirst();
    }
}
