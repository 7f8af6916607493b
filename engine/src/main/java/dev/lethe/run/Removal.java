package dev.lethe.run;

import dev.lethe.tracker.select.RemovalRule;
import java.util.List;
import java.util.Optional;

/**
 * Examples that a run is not trained on.
 *
 * @param rule which
 * @param share of the training set that is removed, in (0, 1)
 * @param classFloor examples of each class that stay in any case
 * @param seed of random choices
 * @param rankedBy runs whose scores the rule looks at; over the whole training set of the same data
 * @param ranking scores of another tool or study in their place
 */
public record Removal(RemovalRule rule, double share, int classFloor, long seed, List<RunSpec> rankedBy,
        Optional<RankingFile> ranking) {
    public Removal {
        rankedBy = List.copyOf(rankedBy);
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("share to remove=" + share + ": it lies in (0, 1), as in 0.3");
        }
        if (rule.needsScores() == (rankedBy.isEmpty() && ranking.isEmpty())) {
            throw new IllegalArgumentException(rule.needsScores()
                    ? "rule '" + rule + "' needs runs that rank the examples"
                    : "rule '" + rule + "' looks at no scores: give it none");
        }
        rankedBy.stream().filter(run -> run.changes().removal().isPresent()).findFirst().ifPresent(run -> {
            throw new IllegalArgumentException("run '" + run.label() + "' ranks only a part of the examples: rank by "
                    + "runs over all of them");
        });
    }

    /** Any examples. */
    public static Removal random(double share, int classFloor, long seed) {
        return new Removal(RemovalRule.RANDOM, share, classFloor, seed, List.of(), Optional.empty());
    }

    /**
     * How many of so many examples are removed: the share, rounded so that whole batches stay where there is more than
     * one. A last batch of a few examples makes a step as large as any other in a direction of chance, which costs a
     * network that has been trained briefly up to ten points (docs/decisions/0011-whole-batches.md).
     */
    public int count(int examples, int batch) {
        long kept = examples - Math.round(share * examples);
        long whole = Math.round((double) kept / batch) * batch;
        return Math.toIntExact(examples - (whole > 0 && whole < examples ? whole : kept));
    }

    String label() {
        return Percent.of(share) + " removed, " + rule + (ranking.isPresent() || rankedBy.isEmpty() ? "" : rankers());
    }

    /** Named where it matters: runs of other networks than the one that is trained. */
    private String rankers() {
        return " by " + rankedBy.getFirst().settings().model();
    }
}
