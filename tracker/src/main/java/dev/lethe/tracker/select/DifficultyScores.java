package dev.lethe.tracker.select;

import dev.lethe.tracker.score.RunAggregate;

/** Where rules take the difficulty of examples from. */
@FunctionalInterface
public interface DifficultyScores {
    /**
     * The difficulty of all examples.
     *
     * @return (examples), the larger, the harder; none is NaN
     */
    double[] of(Difficulty difficulty);

    /** Those of runs. */
    static DifficultyScores of(RunAggregate runs) {
        return difficulty -> difficulty.of(runs);
    }

    /** One score that stands for every difficulty, as another tool computed it. */
    static DifficultyScores imported(double[] scores) {
        double[] copy = scores.clone();
        return _ -> copy.clone();
    }

    /** For rules that look at none. */
    static DifficultyScores none() {
        return difficulty -> {
            throw new IllegalArgumentException("the rule needs difficulty=" + difficulty.text()
                    + ", and there are no runs to take it from: give it a ranking");
        };
    }
}
