package dev.lethe.study.removal;

import java.util.List;

/**
 * {@code results.json} of the removal and transfer studies.
 *
 * @param data name of the data set
 * @param model that was trained on fewer examples
 * @param rankedBy model whose runs ranked the examples, or the file that did
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
public record RemovalResults(String data, String model, String rankedBy, int examples, int epochs, int seeds,
        String protocol, int classFloor, AccuracyPoint none, List<Arm> arms, List<Block> blocks,
        AccuracyPoint randomBlock) {

    /**
     * A way to remove.
     *
     * @param name of it
     * @param rule which removed
     * @param points by share
     */
    public record Arm(String name, String rule, List<Point> points) {
        /** The point of a share, null where there is none. */
        Point at(double share) {
            return points.stream().filter(point -> point.share() == share).findFirst().orElse(null);
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
