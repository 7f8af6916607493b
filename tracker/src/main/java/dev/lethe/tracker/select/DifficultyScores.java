package dev.lethe.tracker.select;

import dev.lethe.tracker.score.RunAggregate;

/** A source of the difficulty of examples, from which rules take it. */
@FunctionalInterface
public interface DifficultyScores {
    /**
     * Returns the difficulty of all examples.
     *
     * @param difficulty
     *            the score
     * @return (examples): larger values mean harder examples; none is NaN
     */
    double[] of(Difficulty difficulty);

    /**
     * Returns the scores of runs.
     *
     * @param runs
     *            the scores of the runs
     */
    static DifficultyScores of(RunAggregate runs) {
        return difficulty -> difficulty.of(runs);
    }

    /**
     * Returns a score of another tool, which stands for every difficulty.
     *
     * @param scores
     *            (examples): larger values mean harder examples; copied
     */
    static DifficultyScores imported(double[] scores) {
        double[] copy = scores.clone();
        return _ -> copy.clone();
    }

    /** Returns a source for rules that look at no score: it refuses every request. */
    static DifficultyScores none() {
        return difficulty -> {
            throw new IllegalArgumentException("the rule needs difficulty=" + difficulty.text()
                    + ", and there are no runs to take it from: give it a ranking");
        };
    }
}
