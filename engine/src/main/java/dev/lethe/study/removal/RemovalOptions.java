package dev.lethe.study.removal;

import java.util.List;

/**
 * How examples are removed.
 *
 * @param shares of the training set, each in (0, 1), in ascending order; at least one
 * @param classFloor examples of each class that stay in any case
 * @param equalIterations whether runs on fewer examples take as many steps as on all, instead of as many epochs
 */
public record RemovalOptions(List<Double> shares, int classFloor, boolean equalIterations) {
    public RemovalOptions {
        shares = shares.stream().sorted().distinct().toList();
        shares.stream().filter(share -> !(share > 0 && share < 1)).findFirst().ifPresent(share -> {
            throw new IllegalArgumentException("share to remove=" + share + ": it lies in (0, 1), as in 0.3");
        });
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("shares=[]: give at least one share to remove, as in 0.3");
        }
        if (classFloor < 0) {
            throw new IllegalArgumentException(
                    "classFloor=" + classFloor + ": it is a number of examples, 0 for none");
        }
    }

    String protocol() {
        return equalIterations ? "iterations" : "epochs";
    }
}
