package dev.lethe.tracker.select;

import dev.lethe.tracker.History;
import dev.lethe.tracker.score.KnownScore;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.Score;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A source of the difficulty of examples, from which rules take it. */
@FunctionalInterface
public interface DifficultyScores {
    /**
     * Returns the difficulty of all examples by a score.
     *
     * @param score
     *            the score
     * @return (examples), a new array: larger values mean harder examples
     * @throws IllegalArgumentException
     *             if the source does not have the score
     */
    double[] of(Score score);

    /**
     * Returns scores of runs, which are computed at once: the histories may be closed afterwards.
     *
     * @param scores
     *            the scores that will be asked for, as in {@link RemovalRule#scores}
     * @param runs
     *            the histories of the runs, over one data set
     * @throws IllegalArgumentException
     *             if there is no run, or runs have different data sets
     */
    static DifficultyScores of(List<Score> scores, List<History> runs) {
        Map<String, double[]> computed = new HashMap<>();
        scores.forEach(score -> computed.put(score.text(), score.hardness(runs)));
        return score -> {
            double[] hardness = computed.get(score.text());
            if (hardness == null) {
                throw new IllegalArgumentException("score=" + score.text() + " is not among " + computed.keySet()
                        + ", which were computed from the runs: name it in the rule's scores()");
            }
            return hardness.clone();
        };
    }

    /**
     * Returns the scores of runs that Lethe knows.
     *
     * @param runs
     *            the scores of the runs
     */
    static DifficultyScores of(RunAggregate runs) {
        return score -> {
            if (score instanceof KnownScore known) {
                return known.hardness(runs);
            }
            throw new IllegalArgumentException("score=" + score.text()
                    + " is a function of histories, and only scores of the runs are here: give it the histories");
        };
    }

    /**
     * Returns a score of another tool, or one's own, which stands for every score.
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
        return score -> {
            throw new IllegalArgumentException("the rule needs score=" + score.text()
                    + ", and there are no runs to take it from: give it a ranking");
        };
    }
}
