package dev.lethe.tracker.score;

/**
 * The place of examples that were never learned among those that have a count of forgetting events: in rankings, in
 * comparisons, and in {@link ForgettingScores#forgettingEvents(NeverLearned)}. They never count as examples with 0
 * events.
 */
public enum NeverLearned {
    /**
     * The place after every count: never-learned examples are the hardest. Over several runs, each run that never
     * learned an example counts for {@link #AFTER_EVERY_COUNT}, so that examples are ordered first by {@linkplain
     * RunAggregate#neverLearnedRuns the number of runs that never learned them} and then by {@linkplain
     * RunAggregate#forgettingEvents(int) the events of the other runs}.
     */
    LAST,
    /**
     * The place that the paper's released code gives them: a run that never learned an example counts as many
     * forgetting events as it has epochs. That is after every count of that run too, but over several runs it can be
     * before or after the sum of another example.
     */
    AS_EPOCHS,
    /**
     * No place among the others, and NaN for a count. Over several runs the separate examples are {@linkplain
     * RunAggregate#neverLearned those that no run learned}; the others are ordered as with {@link #LAST}. In a
     * comparison of two runs, only the examples that both learned are compared.
     */
    SEPARATE;

    /**
     * The number of forgetting events that a run counts for with {@link #LAST} if it never learned an example: more
     * than all events of any number of runs.
     */
    public static final double AFTER_EVERY_COUNT = 0x1p32;

    /** Returns the number of events that stands for an example that a run of some epochs never learned. */
    double events(int epochs) {
        return switch (this) {
            case LAST -> AFTER_EVERY_COUNT;
            case AS_EPOCHS -> epochs;
            case SEPARATE -> Double.NaN;
        };
    }
}
