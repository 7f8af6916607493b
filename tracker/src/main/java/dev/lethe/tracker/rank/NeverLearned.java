package dev.lethe.tracker.rank;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;

/**
 * The place of examples that were never learned among those that have a count of forgetting events. They never count as
 * examples with 0 events.
 */
public enum NeverLearned {
    /**
     * The place after every count: never-learned examples are the hardest. Over several runs, each run that never
     * learned an example counts for more than all events of all runs together, so that examples are ordered first by
     * {@linkplain RunAggregate#neverLearnedRuns the number of runs that never learned them} and then by {@linkplain
     * RunAggregate#forgettingEvents the events of the other runs}.
     */
    LAST,
    /**
     * The place that the paper's released code gives them: a run that never learned an example counts as many
     * forgetting events as it has epochs. That is after every count of that run too, but over several runs it can be
     * before or after the sum of another example.
     */
    AS_EPOCHS,
    /**
     * No place among the others. Over several runs the separate examples are {@linkplain RunAggregate#neverLearned
     * those that no run learned}; the others are ordered as with {@link #LAST}. In a comparison of two runs, only the
     * examples that both learned are compared.
     */
    SEPARATE;

    /** A number that is larger than the forgetting events of any number of runs. */
    private static final long AFTER_EVERY_COUNT = 1L << 32;

    /** Returns the number by which an example is ranked: its forgetting events, or the number that stands for them. */
    long events(ForgettingScores scores, int example) {
        if (!scores.neverLearned(example)) {
            return scores.forgettingEvents(example);
        }
        return this == AS_EPOCHS ? scores.epochs() : AFTER_EVERY_COUNT;
    }

    /** Returns the sum of {@link #events(ForgettingScores, int)} over the runs. */
    long events(RunAggregate scores, int example) {
        return scores.forgettingEvents(example) + (this == AS_EPOCHS
                ? scores.neverLearnedEpochs(example)
                : scores.neverLearnedRuns(example) * AFTER_EVERY_COUNT);
    }

    /** Returns {@link #events(ForgettingScores, int)} of all examples. Sums of such numbers over runs are exact. */
    double[] events(ForgettingScores scores) {
        double[] events = new double[scores.examples()];
        for (int example = 0; example < events.length; example++) {
            events[example] = events(scores, example);
        }
        return events;
    }

    /** Returns the events of two runs, to be compared. */
    ScorePair events(ForgettingScores a, ForgettingScores b) {
        return this == SEPARATE ? ScorePair.learnedByBoth(a, b) : new ScorePair(events(a), events(b));
    }
}
