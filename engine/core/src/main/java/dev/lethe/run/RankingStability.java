package dev.lethe.run;

import dev.lethe.tracker.History;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The rule that a ranking by forgetting is stable: it correlates (Spearman, never-learned examples last) by at least a
 * threshold with the ranking after four fifths of the epochs so far. It needs no look at the end of the run.
 *
 * @param threshold least correlation, in (0, 1]
 */
public record RankingStability(double threshold) implements StoppingRule {
    /** The usual threshold. */
    public static final double USUAL = 0.98;
    private static final double EARLIER = 0.8;
    /** The least number of epochs: after fewer, hardly anything can have been forgotten. */
    private static final int FEWEST = 5;

    /** Refuses impossible values by a sentence that names them. */
    public RankingStability {
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "stable when rankings correlate by " + threshold + ": it lies in (0, 1], as in " + USUAL);
        }
    }

    /** Says whether the ranking after a number of epochs is stable. */
    @Override
    public boolean ends(History history, int epochs) {
        int earlier = (int) Math.floor(EARLIER * epochs);
        if (epochs < FEWEST || earlier == epochs) {
            return false;
        }
        double correlation = CorrelationCoefficient.SPEARMAN.of(ForgettingScores.of(history, earlier),
                ForgettingScores.of(history, epochs), NeverLearned.LAST);
        return correlation >= threshold; // not where it is not defined
    }

    /** Returns the number of epochs after which a run would have been stopped; empty if not before its end. */
    public OptionalInt firstStable(History history) {
        for (int epochs = FEWEST; epochs < history.epochs(); epochs++) {
            if (ends(history, epochs)) {
                return OptionalInt.of(epochs);
            }
        }
        return OptionalInt.empty();
    }

    @Override
    public Map<String, Object> asMap() {
        return Map.of("stop_when_stable", threshold);
    }

    @Override
    public String label() {
        return "until stable by " + threshold;
    }
}
