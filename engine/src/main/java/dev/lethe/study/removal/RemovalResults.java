package dev.lethe.study.removal;

import dev.lethe.tracker.select.RemovalRule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code results.json} of the removal and transfer studies.
 *
 * @param data name of the data set
 * @param model that was trained on fewer examples
 * @param rankedBy model whose runs ranked the examples, or the file that did
 * @param rankingSource kind of scores that ranked
 * @param examples in the whole training set
 * @param epochs of a run on all examples
 * @param seeds runs of each kind
 * @param protocol {@code epochs} where runs on fewer examples have as many epochs, {@code iterations} where they have
 *        as many steps
 * @param classFloor examples of each class that stayed in any case
 * @param none with nothing removed
 * @param arms ways to remove
 * @param blocks with a block of neighbours in the order of forgetting removed; empty where there are none
 * @param randomBlock with as many removed at random; null where there are no blocks
 */
public record RemovalResults(String data, String model, String rankedBy, RankingSource rankingSource,
        int examples, int epochs, int seeds, String protocol, int classFloor, AccuracyPoint none, List<Arm> arms,
        List<Block> blocks, AccuracyPoint randomBlock) {
    /** Kind of scores that rank examples. */
    public enum RankingSource {
        /** Runs of the study: of the trained network, or of another one. */
        RUNS,
        /** A file with forgetting events. */
        FORGETTING_FILE,
        /** A file with other scores: rules that ask for the least forgotten examples get the easiest by those. */
        OTHER_FILE;

        /** Returns the text in {@code results.json}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Returns whether an arm removes the least forgotten examples first, whichever network forgot them. */
    boolean removesLeastForgotten(Arm arm) {
        return rankingSource != RankingSource.OTHER_FILE
                && RemovalRule.parse(arm.rule()).equals(RemovalRule.SELECTED);
    }

    /** Returns whether the runs that ranked for an arm are of another network than the one that was trained. */
    boolean isRankedByOtherNetwork(Arm arm) {
        return rankingSource == RankingSource.RUNS && arm.rankedBy() != null && !arm.rankedBy().equals(model);
    }

    /** Returns the arm that removes examples at random; empty where none does. */
    Optional<Arm> random() {
        return arms.stream().filter(arm -> RemovalRule.parse(arm.rule()).equals(RemovalRule.RANDOM)).findFirst();
    }

    /**
     * A way to remove.
     *
     * @param name of the arm
     * @param rule that chose the examples, as {@link RemovalRule#parse} reads it
     * @param rankedBy model whose runs the rule looked at, or the file; null where it looked at no scores
     * @param points by share
     */
    public record Arm(String name, String rule, String rankedBy, List<Point> points) {
        /** Returns the point of a share; empty where there is none. */
        Optional<Point> at(double share) {
            return points.stream().filter(point -> point.share() == share).findFirst();
        }

        /** Returns the accuracy lost with a share removed, in points; empty where the share was not tried. */
        OptionalDouble cost(double share) {
            return at(share).stream().mapToDouble(Point::cost).findFirst();
        }
    }

    /**
     * A share removed.
     *
     * @param share removed
     * @param kept examples
     * @param accuracy of the runs
     * @param cost accuracy lost, in points
     */
    public record Point(double share, int kept, AccuracyPoint accuracy, double cost) {}

    /**
     * A block removed.
     *
     * @param from rank of its first example, 0 for the least forgotten
     * @param removed examples
     * @param meanEvents forgetting events of its examples in a run
     * @param neverLearnedFraction share of it that a run never learned
     * @param accuracy of the runs without it
     */
    public record Block(int from, int removed, double meanEvents, double neverLearnedFraction,
            AccuracyPoint accuracy) {}
}
