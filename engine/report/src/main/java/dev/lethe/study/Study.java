package dev.lethe.study;

import dev.lethe.data.DataSet;
import dev.lethe.run.RunSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * An experiment: the runs that it needs, and the conclusions from them. Immutable.
 *
 * @see StudyRunner
 * @see StudyProvider
 * @see dev.lethe.run.execute.PlanExecutor trains the runs
 * @see dev.lethe.tracker.score.Score the scores of their examples
 */
public interface Study {
    /** Returns the name on the command line. */
    String name();

    /** Returns the options beside the settings of the runs, by name, for {@code study.json}. */
    default Map<String, Object> options() {
        return Map.of();
    }

    /**
     * Returns the runs that the study needs; those that these depend on need not be named.
     *
     * @throws IllegalArgumentException when the study cannot be done with the settings; the message names the remedy
     */
    List<RunSpec> runs(StudySettings settings);

    /**
     * Refuses data from which nothing could be concluded, before the runs are trained.
     *
     * @param data data set of the runs, before it is changed
     * @throws IllegalArgumentException naming the remedy
     */
    default void requireFits(DataSet data) {
        // most studies take any data
    }

    /** Draws the conclusions, once all runs are finished. */
    StudyOutcome conclude(StudyContext context) throws IOException;
}
