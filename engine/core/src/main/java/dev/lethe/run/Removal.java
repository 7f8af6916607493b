package dev.lethe.run;

import dev.lethe.tracker.select.RemovalRule;

/**
 * Removal of examples, which the run is not trained on.
 *
 * @param rule rule that chooses the examples
 * @param share share of the training set that is removed, in (0, 1)
 * @param classFloor number of examples of each class that stay in any case
 * @param seed seed of random choices
 * @param ranking source of the scores that the rule looks at
 */
public record Removal(RemovalRule rule, double share, int classFloor, long seed, RankingSource ranking) {
    /** Verifies the share, the name of the rule, and that the rule has scores if it looks at any. */
    public Removal {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("share to remove=" + share + ": it lies in (0, 1), as in 0.3");
        }
        RemovalRule.requireOwnName(rule);
        if (rule.needsScores() == ranking instanceof RankingSource.None) {
            throw new IllegalArgumentException(rule.needsScores()
                    ? "rule '" + rule.text() + "' needs runs that rank the examples"
                    : "rule '" + rule.text() + "' looks at no scores: give it none");
        }
    }

    /** Returns the removal of any examples. */
    public static Removal random(double share, int classFloor, long seed) {
        return new Removal(RemovalRule.RANDOM, share, classFloor, seed, RankingSource.NONE);
    }

    /**
     * Returns the number of examples that are removed: the share, rounded so that whole batches stay where there is
     * more than one. A last batch of a few examples makes a step as large as any other in a direction of chance, which
     * costs a network that has been trained briefly up to ten points (docs/decisions/0011-whole-batches.md).
     */
    public int count(int examples, int batch) {
        long kept = examples - Math.round(share * examples);
        long whole = Math.round((double) kept / batch) * batch;
        return Math.toIntExact(examples - (whole > 0 && whole < examples ? whole : kept));
    }

    String label() {
        return Percent.of(share) + " removed, " + rule.text() + rankers();
    }

    /** Returns the network of the runs that rank, which may be another than the one that is trained. */
    private String rankers() {
        return ranking.runs().stream().findFirst().map(run -> " by " + run.settings().model()).orElse("");
    }
}
